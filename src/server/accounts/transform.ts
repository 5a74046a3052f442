/**
 * Subject transforms: `foo.*.*` to `bar.{{wildcard(2)}}.{{partition(4,1)}}` and the like, for mappings and imports.
 * Subjects are binary strings (core/text.ts), so lengths and hashes count bytes as nats-server does.
 */
export interface Transform {
  readonly source: string;
  readonly destination: string;
  /** The destination for a subject that `source` matches. */
  apply(subject: string): string;
  applyTokens(tokens: readonly string[]): string;
}

/** What is wrong with a transform; the texts are those of nats-server's error values. */
export class TransformError extends Error {
  constructor(message: string, token = '') {
    super(token === '' ? message : `${message} in ${token}`);
    this.name = 'TransformError';
  }
}

const BAD_SUBJECT = 'invalid subject';
const PREFIX = 'invalid mapping destination';
const TOO_FEW = `${PREFIX}: not enough arguments passed to the function`;
const TOO_MANY = `${PREFIX}: too many arguments passed to the function`;
const BAD_ARGUMENT = `${PREFIX}: function argument is invalid or in the wrong format`;
const OUT_OF_RANGE = `${PREFIX}: wildcard index out of range`;
const UNKNOWN = `${PREFIX}: unknown function`;

/** One piece of a destination, given the tokens of the source subject. */
type Piece = (tokens: readonly string[]) => string;

type Function =
  | { readonly kind: 'literal' }
  | { readonly kind: 'wildcard'; readonly indexes: number[] }
  | { readonly kind: 'partition'; readonly indexes: number[]; readonly buckets: number }
  | { readonly kind: 'random'; readonly buckets: number; readonly indexes: number[] }
  | { readonly kind: 'split'; readonly indexes: number[]; readonly by: string }
  | {
      readonly kind: 'splitfromleft' | 'splitfromright' | 'slicefromleft' | 'slicefromright' | 'left' | 'right';
      readonly indexes: number[];
      readonly n: number;
    };

const LITERAL: Function = { kind: 'literal' };

interface SubjectFacts {
  readonly tokens: string[];
  readonly stars: number;
  readonly rest: boolean;
}

/** Tokens and wildcards of a subject; null when it is none. */
function facts(subject: string): SubjectFacts | null {
  const tokens = subject.split('.');
  let stars = 0;
  let rest = false;
  for (const t of tokens) {
    if (t === '' || rest) return null;
    if (t === '>') rest = true;
    else if (t === '*') stars++;
  }
  return { tokens, stars, rest };
}

function whole(text: string, token: string): number {
  const t = text.replace(/^ +| +$/g, '');
  if (!/^[+-]?\d+$/.test(t)) throw new TransformError(BAD_ARGUMENT, token);
  const n = Number(t);
  if (n > 2147483647 || n < -2147483648) throw new TransformError(BAD_ARGUMENT, token);
  return n;
}

const CALL = /^\{\{\s*([a-zA-Z]+)\s*\((.*)\)\s*\}\}$/;

/** Reads a destination token: a literal, `$1`, or a function in double braces. */
function readFunction(token: string): Function {
  if (token.length > 1 && token[0] === '$') {
    return /^[+-]?\d+$/.test(token.slice(1)) ? { kind: 'wildcard', indexes: [Number(token.slice(1))] } : LITERAL;
  }
  if (token.length <= 4 || !token.startsWith('{{') || !token.endsWith('}}')) return LITERAL;
  const m = CALL.exec(token);
  const name = m === null ? '' : m[1]!.toLowerCase();
  const args = m === null ? [] : m[2]!.split(/,\s*/);
  switch (name) {
    case 'wildcard':
      if (args.length === 1 && args[0] === '') throw new TransformError(TOO_FEW, token);
      if (args.length > 1) throw new TransformError(TOO_MANY, token);
      return { kind: 'wildcard', indexes: [whole(args[0]!, token)] };
    case 'partition':
      return {
        kind: 'partition',
        buckets: whole(args[0]!, token),
        indexes: args.slice(1).map((a) => whole(a, token)),
      };
    case 'splitfromleft':
    case 'splitfromright':
    case 'slicefromleft':
    case 'slicefromright':
    case 'left':
    case 'right':
      if (args.length < 2) throw new TransformError(TOO_FEW, token);
      if (args.length > 2) throw new TransformError(TOO_MANY, token);
      return { kind: name, indexes: [whole(args[0]!, token)], n: whole(args[1]!, token) };
    case 'split':
      if (args.length < 2) throw new TransformError(TOO_FEW, token);
      if (args.length > 2) throw new TransformError(TOO_MANY, token);
      if (/[ .]/.test(args[1]!)) throw new TransformError(BAD_ARGUMENT, token);
      return { kind: 'split', indexes: [whole(args[0]!, token)], by: args[1]! };
    case 'random':
      if (args.length !== 1) throw new TransformError(TOO_FEW, token);
      return { kind: 'random', buckets: whole(args[0]!, token), indexes: [] };
  }
  throw new TransformError(UNKNOWN, token);
}

/** FNV-1a over bytes. */
function hash(key: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

function slices(token: string, size: number, fromRight: boolean): string {
  if (size <= 0 || size >= token.length) return token;
  const parts: string[] = [];
  const first = fromRight ? token.length % size : 0;
  if (first > 0) parts.push(token.slice(0, first));
  for (let i = first; i < token.length; i += size) parts.push(token.slice(i, i + size));
  return parts.join('.');
}

/** Splits at a delimiter; empty parts give no empty tokens. */
function splits(token: string, by: string): string {
  const parts = by === '' ? [...token] : token.split(by);
  let out = '';
  for (const [i, part] of parts.entries()) {
    out += part;
    if (i < parts.length - 1 && parts[i + 1] !== '' && !(i === 0 && part === '')) out += '.';
  }
  return out;
}

function pieceOf(token: string, f: Function, positions: number[]): Piece {
  const at = (tokens: readonly string[]): string => tokens[positions[0]!] ?? '';
  switch (f.kind) {
    case 'literal':
      return () => token;
    case 'wildcard':
      return at;
    case 'partition':
      return (tokens) => {
        if (f.buckets === 0) return '0';
        const key = positions.length > 0 ? positions.map((p) => tokens[p]).join('') : tokens.join('.');
        return String(hash(key) % (f.buckets >>> 0));
      };
    case 'random':
      return () => (f.buckets === 0 ? '0' : String(Math.floor(Math.random() * 2147483648) % f.buckets));
    case 'split':
      return (tokens) => splits(at(tokens), f.by);
    case 'slicefromleft':
      return (tokens) => slices(at(tokens), f.n, false);
    case 'slicefromright':
      return (tokens) => slices(at(tokens), f.n, true);
    case 'splitfromleft':
    case 'splitfromright':
      return (tokens) => {
        const t = at(tokens);
        if (f.n <= 0 || f.n >= t.length) return t;
        const cut = f.kind === 'splitfromleft' ? f.n : t.length - f.n;
        return `${t.slice(0, cut)}.${t.slice(cut)}`;
      };
    case 'left':
      return (tokens) => (f.n > 0 ? at(tokens).slice(0, f.n) : at(tokens));
    case 'right':
      return (tokens) => {
        const t = at(tokens);
        return f.n > 0 && f.n < t.length ? t.slice(t.length - f.n) : t;
      };
  }
}

/**
 * Builds a transform. `strict` is for imports, which must be reversible: only wildcards, and all of them.
 * Throws TransformError.
 */
export function createTransform(source: string, destination: string, strict = false): Transform {
  const src = source === '' ? '>' : source;
  const from = facts(src);
  const to = facts(destination);
  if (from === null || to === null || to.stars > 0 || from.rest !== to.rest) throw new TransformError(BAD_SUBJECT);
  const stars = from.tokens.flatMap((t, i) => (t === '*' ? [i] : []));
  const wild = from.stars > 0 || from.rest;
  const pieces: Piece[] = [];
  let used = 0;
  for (const token of to.tokens) {
    const f = readFunction(token);
    if (f.kind === 'literal') {
      pieces.push(pieceOf(token, f, []));
      continue;
    }
    if (wild && strict && f.kind !== 'wildcard') {
      throw new TransformError(
        `${PREFIX}: the only mapping function allowed for import transforms is {{Wildcard()}}`,
        token,
      );
    }
    if (!wild) {
      if (f.kind !== 'random' && f.kind !== 'partition') throw new TransformError(OUT_OF_RANGE, token);
      pieces.push(pieceOf(token, f, []));
      continue;
    }
    used += f.indexes.length;
    const positions = f.indexes.map((i) => {
      if (i > stars.length) throw new TransformError(OUT_OF_RANGE, `${token}: [${i}]`);
      return stars[i - 1] ?? 0;
    });
    pieces.push(pieceOf(token, f, positions));
  }
  if (strict && used < from.stars) {
    throw new TransformError(`${PREFIX}: not using all of the token wildcard(s)`, destination);
  }
  const fixed = from.tokens.length - 1;
  const applyTokens = (tokens: readonly string[]): string => {
    const n = to.rest ? pieces.length - 1 : pieces.length;
    const out: string[] = [];
    for (let i = 0; i < n; i++) out.push(pieces[i]!(tokens));
    if (to.rest) out.push(...tokens.slice(fixed));
    return out.join('.');
  };
  return { source: src, destination, apply: (subject) => applyTokens(subject.split('.')), applyTokens };
}

/** Checks a mapping as the configuration demands it, then builds its transform. Throws TransformError. */
export function createMapping(source: string, destination: string): Transform {
  const tokens = destination.split('.');
  for (const [i, t] of tokens.entries()) {
    if (t === '' || (i > 0 && tokens[i - 1] === '>')) throw new TransformError(`${PREFIX}: invalid transform`, t);
    if (t.length > 4 && t.startsWith('{{') && t.endsWith('}}')) {
      const name = (CALL.exec(t)?.[1] ?? '').toLowerCase();
      // Left and right are known to transforms, but not taken here.
      if (!MAPPING_FUNCTIONS.has(name)) throw new TransformError(UNKNOWN, t);
    } else if (/[\t\n\f\r ]/.test(t)) throw new TransformError(`${PREFIX}: invalid transform`);
  }
  return createTransform(source, destination);
}

const MAPPING_FUNCTIONS = new Set([
  'partition',
  'wildcard',
  'splitfromleft',
  'splitfromright',
  'slicefromleft',
  'slicefromright',
  'split',
  'random',
]);

/** `foo.*.*` to `foo.$1.$2`. */
export function placeholders(subject: string): string {
  let n = 0;
  return subject
    .split('.')
    .map((t) => (t === '*' ? `$${++n}` : t))
    .join('.');
}

/** `foo.$2.{{wildcard(1)}}` to `foo.*.*`, and the placeholders in their order. */
export function wildcards(subject: string): { subject: string; placeholders: string[] } {
  const found: string[] = [];
  const tokens = subject.split('.').map((t) => {
    const call = /\{\{\s*[wW]ildcard\s*\((.*)\)\s*\}\}/.exec(t);
    const one = call !== null && call[1] !== '' && !call[1]!.includes(',');
    if (!/^\$[1-9]/.test(t) && !one) return t;
    found.push(t);
    return '*';
  });
  return { subject: tokens.join('.'), placeholders: found };
}

/** The transform back: from what `t` makes to what it was made from. Throws TransformError. */
export function reverse(t: Transform): Transform {
  const { subject, placeholders: found } = wildcards(t.destination);
  const back = t.source.split('.').map((token) => (token === '*' ? (found.shift() ?? token) : token));
  return createTransform(subject, back.join('.'), true);
}
