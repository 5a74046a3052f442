import { fail } from '#base/errors.ts';
import { suggest } from '#base/suggest.ts';

/** What every command hands to the renderers: JSON data whose whole numbers may be bigint. */
export type Plain = null | string | number | bigint | boolean | readonly Plain[] | PlainRecord;
/** One record: a JSON object. Members that are undefined do not exist. */
export interface PlainRecord {
  readonly [key: string]: Plain | undefined;
}

/** Whether data is a record, and no list or scalar. */
export function isRecord(value: Plain | undefined): value is PlainRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `a, b.c` as a list of field names. Throws a usage BoxError when none is named. */
export function parseFields(text: string): string[] {
  const fields = text
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '');
  if (fields.length === 0)
    throw fail('usage', '--fields names no field', { hint: 'list fields as in --fields name,config.subjects' });
  return [...new Set(fields)];
}

/**
 * The keys a dotted name stands for in this record, or undefined when there is no such field. Keys may hold dots themselves:
 * the longest key that exists wins. A list is stepped through: the path then applies to its elements.
 */
function pathOf(value: Plain | undefined, name: string): string[] | undefined {
  if (Array.isArray(value)) {
    for (const element of value as readonly Plain[]) {
      const path = pathOf(element, name);
      if (path) return path;
    }
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  if (Object.hasOwn(value, name)) return [name];
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const key = name.slice(0, dot);
    if (!Object.hasOwn(value, key)) continue;
    const rest = pathOf(value[key], name.slice(dot + 1));
    if (rest) return [key, ...rest];
  }
  return undefined;
}

function valueAt(value: Plain | undefined, path: readonly string[]): Plain | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(value)) return (value as readonly Plain[]).map((element) => valueAt(element, path) ?? null);
  if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
  return valueAt(value[key], rest);
}

/** The value of a field by its dotted name, or undefined. */
export function fieldOf(record: Plain, name: string): Plain | undefined {
  const path = pathOf(record, name);
  return path && valueAt(record, path);
}

/** The dotted names of all fields of some data, in order of appearance, nested ones after their parent. At most `limit`. */
export function fieldNames(data: Plain | undefined, limit = 200): string[] {
  const names = new Set<string>();
  const visit = (value: Plain | undefined, prefix: string): void => {
    if (names.size >= limit) return;
    if (Array.isArray(value)) for (const element of (value as readonly Plain[]).slice(0, 20)) visit(element, prefix);
    else if (isRecord(value)) {
      for (const [key, inner] of Object.entries(value)) {
        if (names.size >= limit) return;
        names.add(prefix + key);
        visit(inner, `${prefix}${key}.`);
      }
    }
  };
  visit(data, '');
  return [...names];
}

/** A record reduced to the fields named, nested as before, in the order they were named. Fields it lacks are null. */
export function projectRecord(record: Plain, fields: readonly string[]): Plain {
  if (!isRecord(record)) return record;
  const out: Record<string, Plain | undefined> = {};
  for (const name of fields) merge(out, record, pathOf(record, name) ?? name.split('.'));
  return out;
}

function merge(out: Record<string, Plain | undefined>, from: Plain | undefined, path: readonly string[]): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  const inner = isRecord(from) && Object.hasOwn(from, key) ? from[key] : undefined;
  // Object keys such as __proto__ must stay plain data.
  const put = (value: Plain): void => {
    Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  };
  const before = Object.hasOwn(out, key) ? out[key] : undefined;
  if (rest.length === 0) put(inner ?? null);
  else if (Array.isArray(inner)) {
    const old = Array.isArray(before) ? (before as readonly Plain[]) : [];
    put((inner as readonly Plain[]).map((element, i) => merged(old[i], element, rest)));
  } else put(merged(before, inner, rest));
}

function merged(before: Plain | undefined, from: Plain | undefined, path: readonly string[]): Plain {
  const copy: Record<string, Plain | undefined> = isRecord(before) ? { ...before } : {};
  merge(copy, from, path);
  return copy;
}

/**
 * Throws a usage BoxError for a field that neither the documented fields nor any of the records has; it names the
 * available ones. Without records and documentation nothing can be said, and all fields pass.
 */
export function checkFields(fields: readonly string[], records: readonly Plain[], known: readonly string[] = []): void {
  if (records.length === 0 && known.length === 0) return;
  const documented = new Set(known);
  for (const name of fields) {
    const parent = known.some((field) => field.startsWith(`${name}.`) || name.startsWith(`${field}.`));
    if (documented.has(name) || (parent && records.length === 0)) continue;
    if (records.some((record) => pathOf(record, name) !== undefined)) continue;
    if (parent && records.length > 0 && !records.some(isRecord)) continue;
    const available = known.length > 0 ? known : fieldNames(records);
    const list = available.filter((field) => !field.includes('.') || available.length <= 20);
    const meant = suggest(name, available)[0];
    throw fail('usage', `unknown field ${JSON.stringify(name)}, available are: ${list.slice(0, 40).join(', ')}`, {
      hint: `${meant ? `did you mean ${meant}? ` : ''}name nested fields with dots, as in config.name`,
    });
  }
}
