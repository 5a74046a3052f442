import { fail } from '#base/errors.ts';
import { byCodePoint, type Json, stringifyJson } from '#base/json64.ts';
import { once } from '#base/once.ts';

/** A 64-bit integer: a number while that is exact, a bigint beyond 2^53. */
export type Int64 = number | bigint;

/** The canonical form of a 64-bit integer in claims: a number while that is exact. */
export function int64(value: bigint | number): Int64 {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/**
 * How one JSON value is read and written. Together the codecs of a claim say what its Go struct says: the order of
 * the fields, which are left out when empty, and what stands for a field that is missing.
 */
export interface Codec<T> {
  /** What a missing field (or null) reads as; a new value each time. */
  zero(): T;
  /** Reads a parsed value; fails naming `at`, a path such as `nats.limits.subs`. */
  read(value: Json, at: string): T;
  /** Whether writing leaves the field out. */
  isEmpty(value: T): boolean;
  /** Compact JSON text. */
  write(value: T): string;
}

/** Where a struct keeps the fields its shape does not know, so that writing it again loses nothing. */
export const unknownFields: unique symbol = Symbol('unknown fields');

/** A struct that may hold fields of newer versions. */
export interface Open {
  [unknownFields]?: Readonly<Record<string, Json>>;
}

function wrong(at: string, wanted: string) {
  return fail('error', `the token's ${at} must be ${wanted}`);
}

function object(value: Json, at: string): Readonly<Record<string, Json>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrong(at, 'an object');
  return value as Readonly<Record<string, Json>>;
}

export const text: Codec<string> = {
  zero: () => '',
  read(value, at) {
    if (typeof value !== 'string') throw wrong(at, 'a text');
    return value;
  },
  isEmpty: (value) => value === '',
  write: (value) => stringifyJson(value),
};

export const flag: Codec<boolean> = {
  zero: () => false,
  read(value, at) {
    if (typeof value !== 'boolean') throw wrong(at, 'true or false');
    return value;
  },
  isEmpty: (value) => !value,
  write: String,
};

function integer(value: Json, at: string, low: bigint, high: bigint): Int64 {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) {
    if (value >= low && value <= high) return value;
  }
  throw wrong(at, `an integer from ${low} to ${high}`);
}

const lowest = -9_223_372_036_854_775_808n;
const highest = 9_223_372_036_854_775_807n;

/** A 64-bit integer, in the canonical form of `Int64`. */
export const int: Codec<Int64> = {
  zero: () => 0,
  read: (value, at) => integer(value, at, lowest, highest),
  isEmpty: (value) => value === 0 || value === 0n,
  write: String,
};

/** An unsigned 64-bit integer. */
export const uint: Codec<Int64> = { ...int, read: (value, at) => integer(value, at, 0n, 18_446_744_073_709_551_615n) };

/** A duration in nanoseconds, always a bigint. */
export const nanos: Codec<bigint> = {
  zero: () => 0n,
  read: (value, at) => BigInt(integer(value, at, lowest, highest)),
  isEmpty: (value) => value === 0n,
  write: String,
};

/** A small integer, always a number. */
export function number(low: number, high: number): Codec<number> {
  return {
    zero: () => 0,
    read: (value, at) => Number(integer(value, at, BigInt(low), BigInt(high))),
    isEmpty: (value) => value === 0,
    write: String,
  };
}

/** A field that is written even when it is empty. */
export function always<T>(codec: Codec<T>): Codec<T> {
  return { ...codec, isEmpty: () => false };
}

/** A struct that may be missing as a whole: undefined then. */
export function optional<T extends object>(codec: Codec<T>): Codec<T | undefined> {
  return {
    zero: () => undefined,
    read: (value, at) => codec.read(value, at),
    isEmpty: (value) => value === undefined,
    write: (value) => (value === undefined ? 'null' : codec.write(value)),
  };
}

export function list<T>(item: Codec<T>): Codec<T[]> {
  return {
    zero: () => [],
    read(value, at) {
      if (!Array.isArray(value)) throw wrong(at, 'a list');
      return value.map((entry: Json, i) => {
        if (entry === null) throw wrong(`${at}[${i}]`, 'no null');
        return item.read(entry, `${at}[${i}]`);
      });
    },
    isEmpty: (value) => value.length === 0,
    write: (value) => `[${value.map((entry) => item.write(entry)).join(',')}]`,
  };
}

/** An object with free keys, as a Map; written in the order of its keys' bytes. */
export function map<T>(item: Codec<T>): Codec<Map<string, T>> {
  return {
    zero: () => new Map(),
    read(value, at) {
      const entries = Object.entries(object(value, at));
      return new Map(entries.map(([key, entry]) => [key, item.read(entry, `${at}.${key}`)]));
    },
    isEmpty: (value) => value.size === 0,
    write(value) {
      const entries = [...value].sort(([a], [b]) => byCodePoint(a, b));
      return `{${entries.map(([key, entry]) => `${stringifyJson(key)}:${item.write(entry)}`).join(',')}}`;
    },
  };
}

/** One codec for each field of T, in the order in which Go writes them. */
export type Fields<T> = { readonly [K in Exclude<keyof T, typeof unknownFields>]-?: Codec<T[K]> };

/** The generic fields Go keeps at the end of every `nats` object; unknown fields are written before them. */
const trailing = new Set(['tags', 'type', 'version']);

/** A struct's fields as they are read and written. */
interface Layout {
  readonly table: readonly [string, Codec<unknown>][];
  readonly known: ReadonlySet<string>;
  /** Whether the generic fields come last. */
  readonly hasTail: boolean;
}

function layoutOf(fields: object): Layout {
  const table = Object.entries(fields) as [string, Codec<unknown>][];
  return { table, known: new Set(table.map(([key]) => key)), hasTail: table.at(-1)?.[0] === 'version' };
}

/**
 * A Go struct: known fields in order, then the unknown ones as they were. Never empty, like Go's. The fields are made when
 * the first one is read or written: no command meets all claims.
 */
export function struct<T extends Open>(fields: () => Fields<T>): Codec<T> {
  const layout = once(() => layoutOf(fields()));
  const part = (value: Record<string, unknown>, tail: boolean) =>
    layout().table.flatMap(([key, codec]) => {
      if ((layout().hasTail && trailing.has(key)) !== tail) return [];
      const field = value[key];
      // A field the caller left out is one it has nothing to say about.
      const present = field === undefined ? codec.zero() : field;
      return codec.isEmpty(present) ? [] : [`"${key}":${codec.write(present)}`];
    });
  return {
    zero: () => readStruct<T>(layout(), {}, ''),
    read: (value, at) => readStruct<T>(layout(), object(value, at), at),
    isEmpty: () => false,
    write(value) {
      const fieldsOf = value as Record<string, unknown>;
      const extra = Object.entries(value[unknownFields] ?? {}).map(
        ([k, v]) => `${stringifyJson(k)}:${stringifyJson(v)}`,
      );
      return `{${[...part(fieldsOf, false), ...extra, ...part(fieldsOf, true)].join(',')}}`;
    },
  };
}

function readStruct<T extends Open>({ table, known }: Layout, from: Readonly<Record<string, Json>>, at: string): T {
  const out: Record<string, unknown> = {};
  for (const [key, codec] of table) {
    const field = Object.hasOwn(from, key) ? from[key]! : null;
    const value = field === null ? codec.zero() : codec.read(field, at === '' ? key : `${at}.${key}`);
    if (value !== undefined) out[key] = value;
  }
  const extra = Object.entries(from).filter(([key]) => !known.has(key));
  if (extra.length > 0) (out as Open)[unknownFields] = Object.fromEntries(extra);
  return out as T;
}
