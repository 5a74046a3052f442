import { fail } from './errors.ts';
import { hasWildcard, isWithin } from './subject.ts';

/**
 * Subject transforms as nats-server applies them to mappings, sources and imports (ADR-30): the destination holds `$1` or
 * `{{wildcard(1)}}`, partition, split, slice, left, right and random functions over the wildcards of the source.
 */
export interface SubjectTransform {
  readonly source: string;
  readonly destination: string;
  /** The new subject; undefined when the subject does not match the source or is not a literal. */
  apply(subject: string): string | undefined;
}

export interface TransformOptions {
  /** Allows wildcard functions only and wants all of them used, as imports do since they must be reversible. */
  readonly strict?: boolean;
  /** A whole number from 0 up to but not including its argument, for `{{random(n)}}`. */
  readonly random?: (below: number) => number;
}

type Step =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'wildcard'; readonly at: number }
  | { readonly kind: 'partition'; readonly count: number; readonly at: readonly number[] }
  | { readonly kind: 'random'; readonly count: number }
  | { readonly kind: 'split'; readonly at: number; readonly delimiter: string }
  | { readonly kind: SizedKind; readonly at: number; readonly size: number };

type SizedKind = 'splitfromleft' | 'splitfromright' | 'slicefromleft' | 'slicefromright' | 'left' | 'right';

const sized: readonly string[] = [
  'splitfromleft',
  'splitfromright',
  'slicefromleft',
  'slicefromright',
  'left',
  'right',
];

/**
 * Prepares a transform from `source` (empty means `>`) to `destination` (empty changes nothing). Throws a usage BoxError with the server's words
 * for what is wrong: bad subjects, unknown functions, wrong arguments, wildcards that do not exist.
 */
export function subjectTransform(
  source: string,
  destination: string,
  options: TransformOptions = {},
): SubjectTransform {
  const src = source === '' ? '>' : source;
  if (destination === '')
    return { source: src, destination, apply: (subject) => (isWithin(subject, src) ? subject : undefined) };
  const from = subjectParts(src);
  const to = subjectParts(destination);
  if (!from || !to || to.includes('*') || from.includes('>') !== to.includes('>')) {
    throw fail('usage', 'invalid subject', {
      hint: 'source and destination must be valid subjects, both or neither end in ">", and the destination has no "*"',
    });
  }
  const wild = from.flatMap((token, i) => (token === '*' ? [i] : []));
  const steps = to.map((token) => compile(token, wild, hasWildcard(src), options.strict ?? false));
  if (options.strict) {
    const used = to.flatMap((token) => placeholders(token));
    if (used.length < wild.length) throw bad(destination, 'not using all of the token wildcard(s)');
  }
  const random = options.random ?? (() => 0);
  const rest = to.at(-1) === '>';
  const fixed = from.length - 1;

  function apply(subject: string): string | undefined {
    if (src === '>' && destination === '>') return subject;
    const have = subject.split('.');
    if (have.some((token) => token === '' || token === '*' || token === '>')) return undefined;
    if (src !== '>' && !isWithin(subject, src)) return undefined;
    const out = steps
      .filter((step) => step.kind !== 'text' || step.text !== '>')
      .map((step) => run(step, have, random));
    if (rest) out.push(...have.slice(fixed));
    return out.join('.');
  }
  return { source: src, destination, apply };
}

function subjectParts(subject: string): string[] | undefined {
  const parts = subject.split('.');
  const valid = subject !== '' && parts.every((token, i) => token !== '' && (token !== '>' || i === parts.length - 1));
  return valid ? parts : undefined;
}

function bad(token: string, why: string): Error {
  return fail('usage', `invalid mapping destination: ${why} in ${token}`, {
    hint: 'functions are wildcard(n), partition(count,n,...), split(n,text), splitFromLeft(n,size), splitFromRight, sliceFromLeft, sliceFromRight, left, right and random(n)',
  });
}

function placeholders(token: string): number[] {
  const match = /^\$(\d+)$/.exec(token) ?? /^{{\s*[wW]ildcard\s*\(\s*(\d+)\s*\)\s*}}$/.exec(token);
  return match ? [Number(match[1])] : [];
}

function compile(token: string, wild: readonly number[], wildSource: boolean, strict: boolean): Step {
  const dollar = /^\$([+-]?\d+)$/.exec(token);
  if (dollar) {
    if (!wildSource) throw bad(token, 'wildcard index out of range');
    return { kind: 'wildcard', at: position(token, dollar[1] ?? '', wild) };
  }
  if (!/^{{.+}}$/s.test(token)) return { kind: 'text', text: token };
  const call = /{{\s*(\w+)\s*\((.*)\)\s*}}/s.exec(token);
  // Only the first letters of the words in a name may be capitals.
  const name = call?.[1] ?? '';
  const kind = /^[a-z]+$|^(?:[sS](?:plit|lice)[fF]rom[lL]eft|[sS](?:plit|lice)[fF]rom[rR]ight|[A-Z][a-z]+)$/.test(name)
    ? name.toLowerCase()
    : '';
  const args = (call?.[2] ?? '').split(/,\s*/);
  const step = call && build(token, kind, args, wild);
  if (!step) throw bad(token, 'unknown function');
  if (strict && step.kind !== 'wildcard') {
    throw bad(token, 'the only mapping function allowed for import transforms is {{Wildcard()}}');
  }
  if (!wildSource && step.kind !== 'partition' && step.kind !== 'random')
    throw bad(token, 'wildcard index out of range');
  return step;
}

function build(token: string, kind: string, args: readonly string[], wild: readonly number[]): Step | undefined {
  if (kind === 'wildcard') {
    if (args.length > 1) throw bad(token, 'too many arguments passed to the function');
    if (args[0] === '') throw bad(token, 'not enough arguments passed to the function');
    return { kind, at: position(token, args[0] ?? '', wild) };
  }
  if (kind === 'partition') {
    const count = integer(token, args[0] ?? '');
    return { kind, count, at: args.slice(1).map((arg) => position(token, arg, wild)) };
  }
  if (kind === 'random') {
    if (args.length !== 1) throw bad(token, 'not enough arguments passed to the function');
    return { kind, count: integer(token, args[0] ?? '') };
  }
  if (kind !== 'split' && !sized.includes(kind)) return undefined;
  if (args.length < 2) throw bad(token, 'not enough arguments passed to the function');
  if (args.length > 2) throw bad(token, 'too many arguments passed to the function');
  const at = position(token, args[0] ?? '', wild);
  const second = args[1] ?? '';
  if (kind !== 'split') return { kind: kind as SizedKind, at, size: integer(token, second) };
  if (/[ .]/.test(second)) throw bad(token, 'function argument is invalid or in the wrong format');
  return { kind, at, delimiter: second };
}

function integer(token: string, text: string): number {
  const value = /^ *[+-]?\d+ *$/.test(text) ? Number(text) : Number.NaN;
  if (!(Math.abs(value) <= 2_147_483_647)) throw bad(token, 'function argument is invalid or in the wrong format');
  return value;
}

function position(token: string, text: string, wild: readonly number[]): number {
  const index = integer(token, text);
  if (index > wild.length) throw bad(token, 'wildcard index out of range');
  // Like the server, an index below one means the first token of the subject.
  return wild[index - 1] ?? 0;
}

function run(step: Step, have: readonly string[], random: (below: number) => number): string {
  switch (step.kind) {
    case 'text':
      return step.text;
    case 'partition':
      return String(
        partition(step.at.length > 0 ? step.at.map((i) => have[i] ?? '').join('') : have.join('.'), step.count),
      );
    case 'random':
      return String(step.count > 0 ? random(step.count) : 0);
    case 'wildcard':
      return have[step.at] ?? '';
    case 'split':
      return splitToken(have[step.at] ?? '', step.delimiter);
    default:
      return cutToken(step.kind, have[step.at] ?? '', step.size);
  }
}

function splitToken(token: string, delimiter: string): string {
  return token
    .split(delimiter)
    .filter((part) => part !== '')
    .join('.');
}

function cutToken(kind: SizedKind, token: string, size: number): string {
  const bytes = new TextEncoder().encode(token);
  const length = bytes.length;
  if (size <= 0 || size >= length) return token;
  // The server counts bytes; for plain ASCII they are the characters.
  const slice = (from: number, to: number) =>
    length === token.length ? token.slice(from, to) : new TextDecoder().decode(bytes.subarray(from, to));
  switch (kind) {
    case 'left':
      return slice(0, size);
    case 'right':
      return slice(length - size, length);
    case 'splitfromleft':
      return `${slice(0, size)}.${slice(size, length)}`;
    case 'splitfromright':
      return `${slice(0, length - size)}.${slice(length - size, length)}`;
  }
  const first = kind === 'slicefromright' ? length % size : 0;
  const pieces = first > 0 ? [slice(0, first)] : [];
  for (let i = first; i < length; i += size) pieces.push(slice(i, Math.min(i + size, length)));
  return pieces.join('.');
}

/** The partition of a key: its 32-bit FNV-1a hash modulo `count`; 0 for no partitions. */
export function partition(key: string | Uint8Array, count: number): number {
  if (count === 0) return 0;
  return fnv1a32(typeof key === 'string' ? new TextEncoder().encode(key) : key) % (count >>> 0);
}

/** The 32-bit FNV-1a hash. */
export function fnv1a32(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
