// Words the schemas are written in. Every word stands for plain JSON Schema (draft 7).

/** A JSON Schema; numbers beyond 2^53 are bigint. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly allOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
}

export const str: JsonSchema = { type: 'string' };
export const filled: JsonSchema = { type: 'string', minLength: 1 };
export const time: JsonSchema = { type: 'string', format: 'date-time' };
export const num: JsonSchema = { type: 'number' };
export const int: JsonSchema = { type: 'integer' };
export const count: JsonSchema = { type: 'integer', minimum: 0 };
export const positive: JsonSchema = { type: 'integer', minimum: 1 };
/** A bound; -1 is none. */
export const limit: JsonSchema = { type: 'integer', minimum: -1 };
export const u64: JsonSchema = { type: 'integer', minimum: 0, maximum: 18446744073709551615n };
export const sequence: JsonSchema = { ...u64, minimum: 1 };
export const i64: JsonSchema = { type: 'integer', minimum: -9223372036854775808n, maximum: 9223372036854775807n };
export const natural: JsonSchema = { ...i64, minimum: 0 };
export const i32: JsonSchema = { type: 'integer', minimum: -2147483648, maximum: 2147483647 };
export const nanos: JsonSchema = { ...natural, description: 'Nanoseconds' };
export const bool: JsonSchema = { type: 'boolean' };
export const off: JsonSchema = { type: 'boolean', default: false };
export const object: JsonSchema = { type: 'object' };
export const nothing: JsonSchema = { type: 'null' };
export const writeTimeout: JsonSchema = { enum: ['default', 'close', 'retry'] };
/** Stands for the `type` of a message; the catalog puts the name of the schema in its place. */
export const kind: JsonSchema = { type: 'string', const: '' };

export function oneOf(...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values };
}

export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

export function listOrNull(items: JsonSchema): JsonSchema {
  return { type: ['array', 'null'], items };
}

export function map(values: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: values };
}

/** Several properties of one kind; names are divided by blanks. */
export function every(schema: JsonSchema, names: string): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, schema]));
}

type Properties = Readonly<Record<string, JsonSchema>>;

/** Properties without a word about the type; the names that must be there are divided by blanks. */
export function fields(required: string, properties: Properties): JsonSchema {
  return { ...(required ? { required: required.split(' ') } : {}), properties };
}

/** An object that may have further properties. */
export function shape(required: string, properties: Properties): JsonSchema {
  return { type: 'object', ...fields(required, properties) };
}

/** An object with these properties alone. */
export function closed(required: string, properties: Properties): JsonSchema {
  return { ...shape(required, properties), additionalProperties: false };
}

/** An event: what all have, and its own. */
export function advisory(required: string, properties: Properties): JsonSchema {
  return closed(`type id timestamp ${required}`, { type: kind, id: str, timestamp: str, ...properties });
}

/** An answer that names its type. */
export const answer: JsonSchema = shape('type', { type: kind });
/** An answer that may name its type. */
export const looseAnswer: JsonSchema = shape('', { type: kind });
