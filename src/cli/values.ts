// From text to typed values. The messages are those scripts know from the Go parsers.
import { parseDuration, parseGoDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { parseBytes } from '#base/size.ts';
import type { Dialect, ValueSpec } from './spec.ts';

/** What parsing a value may ask of the world. */
export interface ValueWorld {
  kindOf(path: string): 'file' | 'dir' | 'other' | undefined;
}

const INT64_MAX = 9_223_372_036_854_775_807n;
const UINT64_MAX = 18_446_744_073_709_551_615n;

/** Parses one text for a spec; `shown` names the flag or argument where messages do. Throws BoxError usage. */
export function parseValue(spec: ValueSpec, text: string, dialect: Dialect, shown: string, world: ValueWorld): unknown {
  try {
    return parseAs(spec, text, dialect, world);
  } catch (error) {
    const message = (spec.range ? `${shown}: ` : '') + (error as Error).message;
    if (dialect === 'cobra') {
      throw fail('usage', `invalid argument "${text}" for "${shown}" flag: ${message}`);
    }
    if (dialect === 'goflag') {
      // Go's flag package says less than the parsers it uses.
      const why = /^strconv\./.test(message)
        ? /range$/.test(message)
          ? 'value out of range'
          : 'parse error'
        : message;
      const what =
        spec.type === 'bool' ? `invalid boolean value ${quote(text)} for -` : `invalid value ${quote(text)} for flag -`;
      throw fail('usage', `${what}${shown}: ${why}`);
    }
    throw fail('usage', message);
  }
}

function parseAs(spec: ValueSpec, text: string, dialect: Dialect, world: ValueWorld): unknown {
  switch (spec.type) {
    case 'bool':
      return parseBool(text);
    case 'int':
      return dialect === 'kingpin' ? parseFloatInt(text) : parseInt64Number(text);
    case 'float':
      return parseFloat64(text);
    case 'int64':
      return within(spec, parseInteger(text, 'ParseInt', -INT64_MAX - 1n, INT64_MAX));
    case 'uint':
      return parseInteger(text, 'ParseUint', 0n, UINT64_MAX);
    case 'uint8':
      return Number(parseInteger(text, 'ParseUint', 0n, 255n));
    case 'duration':
      return dialect === 'kingpin' ? kingpinDuration(text) : parseGoDuration(text);
    case 'bytes':
      return parseBytes(text);
    case 'enum':
      if (spec.enum?.includes(text)) return text;
      throw new Error(`enum value must be one of ${spec.enum?.join(',')}, got '${text}'`);
    case 'existing-file':
    case 'existing-dir':
      return existing(text, spec.type, world);
    default:
      return text;
  }
}

// As strconv.ParseBool reads them.
const YES = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const NO = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

function parseBool(text: string): boolean {
  if (YES.includes(text)) return true;
  if (NO.includes(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

/** kingpin reads ints through floats: 1e3 is 1000, 1.9 is 1. */
function parseFloatInt(text: string): number {
  return Math.trunc(parseFloat64(text));
}

function parseFloat64(text: string): number {
  if (!/^[+-]?(\d+(_?\d)*\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    throw new Error(`strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`);
  }
  return Number(text.replaceAll('_', ''));
}

function parseInt64Number(text: string): number {
  return Number(parseInteger(text, 'ParseInt', -INT64_MAX - 1n, INT64_MAX));
}

function parseInteger(text: string, parser: string, min: bigint, max: bigint): bigint {
  const sign = parser === 'ParseInt' ? '[+-]?' : '';
  if (!new RegExp(`^${sign}(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\\d+)$`).test(text)) {
    throw new Error(`strconv.${parser}: parsing ${quote(text)}: invalid syntax`);
  }
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]/, '');
  const value = (negative ? -1n : 1n) * BigInt(digits);
  if (value < min || value > max) throw new Error(`strconv.${parser}: parsing ${quote(text)}: value out of range`);
  return value;
}

function within({ range }: ValueSpec, value: bigint): bigint {
  if (range && value < range[0]) throw new Error(`must be greater than or equal to ${range[0]}`);
  if (range && value > range[1]) throw new Error(`must be less than or equal to ${range[1]}`);
  return value;
}

function kingpinDuration(text: string): bigint {
  try {
    return parseDuration(text);
  } catch (error) {
    const unit = /unknown unit "(.*)"$/.exec((error as Error).message)?.[1];
    throw new Error(unit === undefined ? 'invalid duration' : `invalid duration: invalid unit ${unit}`);
  }
}

function existing(text: string, type: 'existing-file' | 'existing-dir', world: ValueWorld): string {
  const kind = world.kindOf(text);
  if (kind === undefined) throw new Error(`path '${text}' does not exist`);
  const base = text.replace(/\/+$/, '').replace(/^.*\//, '');
  if (type === 'existing-file' && kind === 'dir') throw new Error(`'${base}' is a directory`);
  if (type === 'existing-dir' && kind !== 'dir') throw new Error(`'${base}' is a file`);
  return text;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** KEY=VALUE; the key ends at the first `=` or `:`. */
export function parsePair(text: string): [string, string] {
  const at = text.search(/[:=]/);
  if (at < 0) throw fail('usage', `expected KEY=VALUE got '${text}'`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The first CSV record of a text with Go's quoting rules, for pflag's string slices; what else is there is left out. */
export function splitCsv(text: string): string[] {
  const out: string[] = [];
  let field = '';
  let quoted = false;
  /** Where the field that is read began; one between quotes is over when they are closed. */
  let start = 0;
  let closed = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else {
        quoted = false;
        closed = true;
      }
    } else if (c === ',') {
      out.push(field);
      field = '';
      start = i + 1;
      closed = false;
    } else if (c === '\n' || text.startsWith('\r\n', i)) {
      break;
    } else if (closed) {
      throw badCsv(text, i - 1, 'extraneous or missing " in quoted-field');
    } else if (c !== '"') field += c;
    else if (i === start) quoted = true;
    else throw badCsv(text, i, 'bare " in non-quoted-field');
  }
  if (quoted) throw badCsv(text, text.length, 'extraneous or missing " in quoted-field');
  if (text !== '') out.push(field);
  return out;
}

function badCsv(text: string, at: number, what: string): Error {
  const column = new TextEncoder().encode(text.slice(0, at)).length + 1;
  return new Error(`parse error on line 1, column ${column}: ${what}`);
}

/** The strings of one flag's value. */
export function parseStrings(text: string, shown: string): string[] {
  try {
    return splitCsv(text);
  } catch (error) {
    throw fail('usage', `invalid argument ${quote(text)} for "${shown}" flag: ${(error as Error).message}`);
  }
}
