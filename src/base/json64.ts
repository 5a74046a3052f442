import { fail } from './errors.ts';
import { once } from './once.ts';

/** What JSON holds. Integers beyond 2^53 are bigint, everything else is as JSON.parse gives it. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json };

const maxDepth = 2_000;

/**
 * Parses one JSON document; integers that a double cannot hold come back as exact bigint. Text without a run of 16 digits
 * takes the runtime's own parser. Keys keep their order, except that keys which look like array indexes come first, as in
 * every JavaScript object. Throws a BoxError that names line and column.
 */
export function parseJson(text: string): Json {
  if (hasLongNumber(text)) return oneDocument(text);
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The runtimes word their errors differently and some give no position: the own parser finds the same fault.
    return oneDocument(text);
  }
}

const isDigit = (code: number) => code >= 48 && code <= 57;

/** Whether there are 16 digits in a row. Every such run has one at a place that 16 divides: only those are looked at. */
function hasLongNumber(text: string): boolean {
  for (let at = 15; at < text.length; at += 16) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let from = at;
    let to = at + 1;
    while (isDigit(text.charCodeAt(from - 1))) from--;
    while (isDigit(text.charCodeAt(to))) to++;
    if (to - from >= 16) return true;
  }
  return false;
}

function oneDocument(text: string): Json {
  const reader = jsonReader(text);
  const value = reader.value();
  if (!reader.done()) throw reader.fault();
  return value;
}

/** Parses documents that follow each other with or without white space between them (also JSON lines). Empty text gives none. */
export function* parseJsonStream(text: string): Generator<Json> {
  const reader = jsonReader(text);
  while (!reader.done()) yield reader.value();
}

interface JsonReader {
  /** Reads the next value. */
  value(): Json;
  /** Skips white space; true at the end of the text. */
  done(): boolean;
  /** An error about the place reached. */
  fault(): Error;
}

const fractional = once(() => /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);

function jsonReader(text: string): JsonReader {
  let at = 0;
  let depth = 0;

  function fault(): Error {
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    const found = at >= text.length ? 'the text ends too early' : `unexpected ${JSON.stringify(charAt(text, at))}`;
    return fail('error', `invalid JSON at line ${line}, column ${column}: ${found}`);
  }

  function blank(): number {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return code;
      at += 1;
    }
  }

  function string(): string {
    const start = at;
    let code = text.charCodeAt(++at);
    while (code !== 34 && code !== 92 && code >= 32) code = text.charCodeAt(++at);
    if (code === 34) {
      at += 1;
      return text.slice(start + 1, at - 1);
    }
    for (; code !== 34; code = text.charCodeAt(++at)) {
      if (!(code >= 32)) throw fault();
      if (code === 92) skipEscape();
    }
    at += 1;
    return JSON.parse(text.slice(start, at)) as string;
  }

  function skipEscape(): void {
    const next = text[at + 1] ?? '';
    const valid = next === 'u' ? /^[\da-fA-F]{4}$/.test(text.slice(at + 2, at + 6)) : '"\\/bfnrt'.includes(next);
    if (!valid || next === '') throw fault();
    at += 1;
  }

  function number(): number | bigint {
    const pattern = fractional();
    pattern.lastIndex = at;
    const source = pattern.exec(text)?.[0];
    if (source === undefined) throw fault();
    at += source.length;
    const value = Number(source);
    return Number.isSafeInteger(value) || !/^-?\d+$/.test(source) ? value : BigInt(source);
  }

  function integer(): number | bigint {
    let value = 0;
    let end = at;
    let code = text.charCodeAt(end);
    const negative = code === 45;
    if (negative) code = text.charCodeAt(++end);
    const first = end;
    while (code >= 48 && code <= 57) {
      value = value * 10 + code - 48;
      code = text.charCodeAt(++end);
    }
    // Anything but a plain short integer goes to the careful path.
    const plain = end > first && end - first < 16 && code !== 46 && code !== 101 && code !== 69;
    if (!plain || (text.charCodeAt(first) === 48 && end - first > 1)) return number();
    at = end;
    return negative ? -value : value;
  }

  function deeper(): void {
    depth += 1;
    if (depth > maxDepth) throw fail('error', `JSON is nested more than ${maxDepth} levels deep`);
  }

  function leave(result: Json): Json {
    depth -= 1;
    at += 1;
    return result;
  }

  function object(): Json {
    const result: { [key: string]: Json } = {};
    deeper();
    at += 1;
    if (blank() === 125) return leave(result);
    for (;;) {
      if (blank() !== 34) throw fault();
      const key = string();
      if (blank() !== 58) throw fault();
      at += 1;
      const item = value();
      if (key === '__proto__') {
        Object.defineProperty(result, key, { value: item, enumerable: true, configurable: true, writable: true });
      } else result[key] = item;
      const code = blank();
      if (code === 125) return leave(result);
      if (code !== 44) throw fault();
      at += 1;
    }
  }

  function array(): Json {
    const result: Json[] = [];
    deeper();
    at += 1;
    if (blank() === 93) return leave(result);
    for (;;) {
      result.push(value());
      const code = blank();
      if (code === 93) return leave(result);
      if (code !== 44) throw fault();
      at += 1;
    }
  }

  function word(expected: string, result: Json): Json {
    for (let i = 0; i < expected.length; i++, at++) {
      if (text.charCodeAt(at) !== expected.charCodeAt(i)) throw fault();
    }
    return result;
  }

  function value(): Json {
    switch (blank()) {
      case 34:
        return string();
      case 123:
        return object();
      case 91:
        return array();
      case 116:
        return word('true', true);
      case 102:
        return word('false', false);
      case 110:
        return word('null', null);
      default:
        return integer();
    }
  }

  return { value, done: () => Number.isNaN(blank()), fault };
}

function charAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** How `stringifyJson` writes. */
export interface JsonStyle {
  /** Blanks per level; 0 or left out gives one compact line. */
  readonly indent?: number;
  /** Writes < > & and the line separators U+2028 and U+2029 as \u escapes, as Go does. On unless set to false. */
  readonly escapeHtml?: boolean;
  /** Writes keys in the order of their characters, as Go does for maps. */
  readonly sortKeys?: boolean;
}

const htmlEscapes = [
  ['<', '\\u003c'],
  ['>', '\\u003e'],
  ['&', '\\u0026'],
  ['\u2028', '\\u2028'],
  ['\u2029', '\\u2029'],
] as const;

/**
 * Writes JSON as Go's encoding/json does: bigint as a number, keys in their order, `undefined` members left out, broken
 * surrogates as U+FFFD. Values with a toJSON method are asked for it.
 */
export function stringifyJson(value: unknown, style: JsonStyle = {}): string {
  let text = style.sortKeys ? writeJson(value, style.indent ?? 0, true) : native(value, style.indent ?? 0);
  if (style.escapeHtml === false) return text;
  for (const [char, written] of htmlEscapes) if (text.includes(char)) text = text.replaceAll(char, written);
  return text;
}

function native(value: unknown, indent: number): string {
  // The common record: one level with a 64-bit number, for which an exception would cost more than the rest.
  if (holdsBigint(value)) return writeJson(value, indent, false);
  try {
    const text = JSON.stringify(value, undefined, indent) as string | undefined;
    if (text === undefined) return 'null';
    return text.includes('\\ud') ? writeJson(value, indent, false) : text;
  } catch (error) {
    if (error instanceof TypeError && /bigint/i.test(error.message)) return writeJson(value, indent, false);
    throw error;
  }
}

/** Whether a member of the value itself is a bigint. */
function holdsBigint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return typeof value === 'bigint';
  for (const key in value) if (typeof (value as Record<string, unknown>)[key] === 'bigint') return true;
  return false;
}

function writeJson(root: unknown, indent: number, sortKeys: boolean): string {
  function write(value: unknown, pad: string, depth: number): string | undefined {
    if (depth > maxDepth) throw fail('error', `cannot write JSON nested more than ${maxDepth} levels deep`);
    if (typeof value === 'string') return quoted(value);
    if (typeof value === 'bigint') return String(value);
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    const toJSON = (value as { toJSON?: unknown }).toJSON;
    if (typeof toJSON === 'function') return write(toJSON.call(value, ''), pad, depth + 1);
    const inner = indent > 0 ? `${pad}${' '.repeat(indent)}` : '';
    const parts: string[] = [];
    if (Array.isArray(value)) {
      for (const item of value) parts.push(write(item, inner, depth + 1) ?? 'null');
    } else {
      const record = value as Record<string, unknown>;
      const keys = Object.keys(record);
      if (sortKeys) keys.sort(byCodePoint);
      for (const key of keys) {
        const text = write(record[key], inner, depth + 1);
        if (text !== undefined) parts.push(`${quoted(key)}:${indent > 0 ? ' ' : ''}${text}`);
      }
    }
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    if (parts.length === 0) return `${open}${close}`;
    if (indent === 0) return `${open}${parts.join(',')}${close}`;
    return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${pad}${close}`;
  }
  return write(root, '', 0) ?? 'null';
}

/** A string in JSON, broken surrogates as U+FFFD. */
function quoted(text: string): string {
  return /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text) ? `"${text}"` : JSON.stringify(text.toWellFormed());
}

/** Orders strings by code points, which is also the order of their UTF-8 bytes (plain `<` compares UTF-16 units). */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const surrogate = (c: number) => c >= 0xd800 && c <= 0xdfff;
    if (surrogate(x) !== surrogate(y)) return surrogate(x) ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

/** A copy of a value as JSON sees it, with 64-bit integers kept: what a consumer of our output would read. */
export function toJson(value: unknown): Json {
  return parseJson(stringifyJson(value, { escapeHtml: false }));
}
