/** JSON Schema (draft-07 subset) built from plain constants, so that specs stay data. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
}

/**
 * Shape of a command's data.
 * record: one object; list: an array; stream: one value after the other (NDJSON);
 * none: the command prints what it was asked to print and has no data of its own (help, completion scripts).
 */
export interface OutputSpec {
  readonly kind: 'record' | 'list' | 'stream' | 'none';
  /** Of one element for list and stream. */
  readonly schema: Schema;
  /** Raised whenever a field is removed or changes its meaning. */
  readonly version: number;
}

export const str: Schema = { type: 'string' };
export const int: Schema = { type: 'integer' };
export const num: Schema = { type: 'number' };
export const bool: Schema = { type: 'boolean' };
/** RFC 3339 time with up to nine digits of a second. */
export const time: Schema = { type: 'string', format: 'date-time' };
/** Whole nanoseconds. */
export const nanos: Schema = { type: 'integer', description: 'nanoseconds' };
export const any: Schema = {};

export function arr(items: Schema): Schema {
  return { type: 'array', items };
}

export function map(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

export function nullable(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

/** An object; keys that end in `?` may be absent. Further keys are allowed: servers grow. */
export function obj(fields: Readonly<Record<string, Schema>>): Schema {
  const properties: Record<string, Schema> = {};
  const required: string[] = [];
  for (const [key, schema] of Object.entries(fields)) {
    if (key.endsWith('?')) properties[key.slice(0, -1)] = schema;
    else {
      properties[key] = schema;
      required.push(key);
    }
  }
  return { type: 'object', properties, required };
}

export function record(fields: Readonly<Record<string, Schema>>, version = 1): OutputSpec {
  return { kind: 'record', schema: obj(fields), version };
}

export function recordOf(schema: Schema, version = 1): OutputSpec {
  return { kind: 'record', schema, version };
}

export function list(items: Schema, version = 1): OutputSpec {
  return { kind: 'list', schema: items, version };
}

export function stream(items: Schema, version = 1): OutputSpec {
  return { kind: 'stream', schema: items, version };
}

export const none: OutputSpec = { kind: 'none', schema: {}, version: 1 };

/** What a write gives when it has nothing more to tell: that it was done, and to what. */
export const done: OutputSpec = record({ done: bool, 'subject?': str, 'name?': str, 'changes?': arr(any) });

/** The complete document `natsbox schema` prints for a command. */
export function schemaDocument(tool: string, path: readonly string[], output: OutputSpec): object {
  const name = [tool, ...path].join('-');
  const body = output.kind === 'list' ? { type: 'array', items: output.schema } : output.schema;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `natsbox:${name}:v${output.version}`,
    title: [tool, ...path].join(' '),
    'x-kind': output.kind,
    ...body,
  };
}
