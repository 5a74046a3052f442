import { messageOf } from '../errors.ts';
import { isNum, parseNum } from '../exact.ts';
import { type Json, parseJson } from '../json64.ts';
import { type Builtins, value } from './builtin.ts';
import { describe, isObject, JqError, jsonText, splitText } from './values.ts';

function text(input: Json | undefined, wanted = 'a string'): string {
  if (typeof input === 'string') return input;
  throw new JqError(`${describe(input ?? null)} cannot be used as ${wanted}`);
}

/** A value as text: strings as they are, everything else as JSON. */
export function toText(input: Json): string {
  return typeof input === 'string' ? input : jsonText(input);
}

function toNumber(input: Json): Json {
  if (isNum(input)) return input;
  if (typeof input !== 'string') throw new JqError(`${describe(input)} cannot be parsed as a number`);
  const n = parseNum(input.trim() === input ? input : '');
  if (n === undefined && input !== 'nan') throw new JqError(`${describe(input)} cannot be parsed as a number`);
  return n ?? Number.NaN;
}

function toBoolean(input: Json): Json {
  if (typeof input === 'boolean') return input;
  if (input !== 'true' && input !== 'false') throw new JqError(`${describe(input)} cannot be parsed as a boolean`);
  return input === 'true';
}

function fromJson(input: Json): Json {
  const source = text(input, 'JSON');
  if (source.trim() === 'nan' || source.trim() === 'NaN') return Number.NaN;
  try {
    return parseJson(source);
  } catch (error) {
    throw new JqError(`${messageOf(error)} (while parsing ${JSON.stringify(source.slice(0, 40))})`);
  }
}

function implode(input: Json): Json {
  if (!Array.isArray(input)) throw new JqError(`${describe(input)} cannot be imploded, as it is not an array`);
  return input
    .map((code) => {
      if (!isNum(code) || Number.isNaN(code))
        throw new JqError(`${describe(code)} cannot be imploded, as it is no code point`);
      const whole = Math.trunc(Number(code));
      return whole < 0 || whole > 0x10ffff ? '\ufffd' : String.fromCodePoint(whole).toWellFormed();
    })
    .join('');
}

function ascii(input: Json, from: string, change: (s: string) => string): string {
  return text(input).replace(new RegExp(`[${from}]+`, 'g'), change);
}

function join(input: Json, separator: Json | undefined): Json {
  if (!Array.isArray(input) && !isObject(input)) throw new JqError(`Cannot iterate over ${describe(input)}`);
  const items = Array.isArray(input) ? input : Object.values(input);
  if (items.length === 0) return '';
  const by = text(separator, 'a separator');
  return items
    .map((item) => {
      if (typeof item === 'object' && item !== null)
        throw new JqError(`${describe(item)} cannot be joined with strings`);
      return item === null ? '' : toText(item);
    })
    .join(by);
}

function trimStart(input: Json, prefix: Json | undefined): Json {
  return typeof input === 'string' && typeof prefix === 'string' && input.startsWith(prefix)
    ? input.slice(prefix.length)
    : input;
}

function trimEnd(input: Json, suffix: Json | undefined): Json {
  const fits = typeof input === 'string' && typeof suffix === 'string' && suffix !== '' && input.endsWith(suffix);
  return fits ? (input as string).slice(0, -(suffix as string).length) : input;
}

function bytesOf(input: string): Uint8Array {
  return new TextEncoder().encode(input);
}

function base64(input: string): string {
  return btoa(Array.from(bytesOf(input), (byte) => String.fromCharCode(byte)).join(''));
}

function unbase64(input: string): string {
  const clean = input.replace(/=+$/, '');
  if (clean.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(clean))
    throw new JqError(`${describe(input)} is not valid base64 data`);
  return new TextDecoder().decode(Uint8Array.from(atob(clean), (c) => c.charCodeAt(0)));
}

const leading = /^[\s\u0085]+/;
const trailing = /[\s\u0085]+$/;

const base32Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(input: string): string {
  let bits = '';
  for (const byte of bytesOf(input)) bits += byte.toString(2).padStart(8, '0');
  const digits = (bits.match(/.{1,5}/g) ?? [])
    .map((five) => base32Digits[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
  return digits.padEnd(Math.ceil(digits.length / 8) * 8, '=');
}

function unbase32(input: string): string {
  const clean = input.replace(/=+$/, '');
  if (/[^A-Z2-7]/.test(clean)) throw new JqError(`${describe(input)} is not valid base32 data`);
  const bits = [...clean].map((c) => base32Digits.indexOf(c).toString(2).padStart(5, '0')).join('');
  const bytes = (bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2));
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function row(input: Json, format: string): Json[] {
  if (Array.isArray(input)) return input;
  throw new JqError(`${describe(input)} cannot be ${format}-formatted, only an array can be`);
}

function csvCell(item: Json): string {
  if (typeof item === 'string') return `"${item.replaceAll('"', '""')}"`;
  return tsvCell(item, 'csv');
}

const tsvEscapes: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

function tsvCell(item: Json, format = 'tsv'): string {
  if (item === null) return '';
  if (typeof item === 'string') return item.replace(/[\t\n\r\\]/g, (c) => tsvEscapes[c] ?? c);
  if (typeof item === 'object') throw new JqError(`${describe(item)} is not valid in a ${format} row`);
  return jsonText(item);
}

function shellWord(item: Json): string {
  if (typeof item === 'string') return `'${item.replaceAll("'", "'\\''")}'`;
  if (typeof item === 'object' && item !== null) throw new JqError(`${describe(item)} cannot be escaped for shell`);
  return jsonText(item);
}

const htmlEntities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&quot;' };

function uri(input: string): string {
  return encodeURIComponent(input.toWellFormed()).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function unuri(input: string): string {
  try {
    return decodeURIComponent(input);
  } catch {
    throw new JqError(`${describe(input)} is not a valid uri encoding`);
  }
}

/** The `@name` formats: how a value becomes text, alone and inside of strings. */
export const formats: Readonly<Record<string, (input: Json) => string>> = {
  text: toText,
  json: jsonText,
  html: (v) => toText(v).replace(/[<>&'"]/g, (c) => htmlEntities[c] ?? c),
  uri: (v) => uri(toText(v)),
  urid: (v) => unuri(toText(v)),
  csv: (v) => row(v, 'csv').map(csvCell).join(','),
  tsv: (v) =>
    row(v, 'tsv')
      .map((item) => tsvCell(item))
      .join('\t'),
  sh: (v) => (Array.isArray(v) ? v : [v]).map(shellWord).join(' '),
  base64: (v) => base64(toText(v)),
  base64d: (v) => unbase64(toText(v)),
  base32: (v) => base32(toText(v)),
  base32d: (v) => unbase32(toText(v)),
};

/** Functions on strings. */
export const stringBuiltins: Builtins = {
  'tostring/0': value(toText),
  'tonumber/0': value(toNumber),
  'toboolean/0': value(toBoolean),
  'tojson/0': value(jsonText),
  'fromjson/0': value(fromJson),
  'ascii_downcase/0': value((v) => ascii(v, 'A-Z', (s) => s.toLowerCase())),
  'ascii_upcase/0': value((v) => ascii(v, 'a-z', (s) => s.toUpperCase())),
  'ascii/0': value((v) => String.fromCharCode(Number(v))),
  'explode/0': value((v) => [...text(v)].map((c) => c.codePointAt(0) ?? 0)),
  'implode/0': value(implode),
  'utf8bytelength/0': value((v) => bytesOf(text(v)).length),
  'startswith/1': value((v, p) => text(v, 'the input of startswith').startsWith(text(p, 'an argument of startswith'))),
  'endswith/1': value((v, p) => text(v, 'the input of endswith').endsWith(text(p, 'an argument of endswith'))),
  'ltrimstr/1': value(trimStart),
  'rtrimstr/1': value(trimEnd),
  'trimstr/1': value((v, s) => trimEnd(trimStart(v, s), s)),
  'trim/0': value((v) => text(v, 'the input of trim').replace(leading, '').replace(trailing, '')),
  'ltrim/0': value((v) => text(v, 'the input of ltrim').replace(leading, '')),
  'rtrim/0': value((v) => text(v, 'the input of rtrim').replace(trailing, '')),
  'split/1': value((v, by) => splitText(text(v, 'the input of split'), text(by, 'a separator'))),
  'join/1': value(join),
  'format/1': value((v, name) => {
    const format = Object.hasOwn(formats, String(name)) ? formats[String(name)] : undefined;
    if (!format) throw new JqError(`${String(name)} is not a valid format`);
    return format(v);
  }),
};
