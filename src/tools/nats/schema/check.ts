// Checks data with a JSON Schema. Numbers are compared as they are: 2^64-1 is not rounded on the way.
import { goRegExp } from '#base/regex.ts';
import { tryParseRfc3339 } from '#base/time.ts';
import type { JsonSchema } from './shapes/build.ts';

/** What is wrong, and where: a JSON pointer, empty for the whole document. */
export interface Problem {
  readonly at: string;
  readonly text: string;
}

type Record_ = Readonly<Record<string, unknown>>;

/** `path: problem` lines, those the original prints. */
export function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(({ at, text }) => (at === '' ? text : `${at}: ${text}`));
}

/**
 * All problems of a value in the order of the schema; none when it is valid. `open`: properties the schema does not know
 * are no problem, for messages of servers, which grow.
 */
export function problemsOf(schema: JsonSchema, value: unknown, open = false): Problem[] {
  return check(schema, value, { at: '', open });
}

interface Place {
  /** JSON pointer. */
  readonly at: string;
  readonly open: boolean;
}

function below({ at, open }: Place, name: string | number): Place {
  return { at: `${at}/${pointer(String(name))}`, open };
}

function check(schema: JsonSchema, value: unknown, place: Place): Problem[] {
  const { at } = place;
  const type = typeName(value);
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.includes(type) && !(types.includes('integer') && isWhole(value))) {
    return [{ at, text: `expected ${types.join(' or ')}, but got ${type}` }];
  }
  const problems: Problem[] = [];
  const add = (text: string) => problems.push({ at, text });
  if (schema.const !== undefined && value !== schema.const) add(`value must be ${JSON.stringify(schema.const)}`);
  if (schema.enum && !schema.enum.includes(value)) add(enumText(schema.enum));
  if (typeof value === 'string') for (const text of textProblems(schema, value)) add(text);
  else if (typeof value === 'number' || typeof value === 'bigint') {
    for (const text of numberProblems(schema, value)) add(text);
  } else if (Array.isArray(value)) {
    const { items } = schema;
    if (items) for (const [i, item] of value.entries()) problems.push(...check(items, item, below(place, i)));
  } else if (type === 'object') problems.push(...objectProblems(schema, value as Record_, place));
  return [...problems, ...combined(schema, value, place)];
}

function combined(schema: JsonSchema, value: unknown, place: Place): Problem[] {
  const all = (schema.allOf ?? []).flatMap((part) => check(part, value, place));
  if (!schema.oneOf) return all;
  const results = schema.oneOf.map((part) => check(part, value, place));
  const fitting = results.flatMap((found, i) => (found.length === 0 ? [i] : []));
  if (fitting.length === 1) return all;
  if (fitting.length === 0) return [...all, ...results.flat()];
  return [...all, { at: place.at, text: `valid against schemas at indexes ${fitting[0]} and ${fitting[1]}` }];
}

function objectProblems(schema: JsonSchema, value: Record_, place: Place): Problem[] {
  const { at } = place;
  const problems: Problem[] = [];
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name));
  if (missing.length > 0) problems.push({ at, text: `missing properties: ${missing.map(single).join(', ')}` });
  const known = schema.properties ?? {};
  const more: string[] = [];
  for (const [name, part] of Object.entries(known)) {
    if (Object.hasOwn(value, name)) problems.push(...check(part, value[name], below(place, name)));
  }
  for (const name of Object.keys(value)) {
    const where = below(place, name);
    const patterns = Object.entries(schema.patternProperties ?? {}).filter(([pattern]) => goRegExp(pattern).test(name));
    for (const [, part] of patterns) problems.push(...check(part, value[name], where));
    if (Object.hasOwn(known, name) || patterns.length > 0) continue;
    if (schema.additionalProperties === false) more.push(name);
    else if (typeof schema.additionalProperties === 'object') {
      problems.push(...check(schema.additionalProperties, value[name], where));
    }
  }
  if (more.length > 0 && !place.open)
    problems.push({ at, text: `additionalProperties ${more.map(single).join(', ')} not allowed` });
  return problems;
}

function* textProblems(schema: JsonSchema, value: string): Generator<string> {
  const { minLength, maxLength, pattern, format } = schema;
  if (format === 'date-time' && tryParseRfc3339(value) === undefined) yield `${single(value)} is not valid 'date-time'`;
  const length = [...value].length;
  if (minLength !== undefined && length < minLength) yield `length must be >= ${minLength}, but got ${length}`;
  if (maxLength !== undefined && length > maxLength) yield `length must be <= ${maxLength}, but got ${length}`;
  if (pattern !== undefined && !goRegExp(pattern).test(value)) yield `does not match pattern ${single(pattern)}`;
}

function* numberProblems(schema: JsonSchema, value: number | bigint): Generator<string> {
  const { minimum, maximum } = schema;
  if (minimum !== undefined && value < minimum) yield `must be >= ${minimum} but found ${value}`;
  if (maximum !== undefined && value > maximum) yield `must be <= ${maximum} but found ${value}`;
}

function isWhole(value: unknown): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function enumText(values: readonly unknown[]): string {
  return `value must be ${values.length > 1 ? 'one of ' : ''}${values.map((v) => JSON.stringify(v)).join(', ')}`;
}

function single(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function pointer(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
