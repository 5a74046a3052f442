import { messageOf } from '../errors.ts';
import type { Json } from '../json64.ts';
import { goRegExp } from '../regex.ts';
import { type Argument, type Builtins, type FilterBuiltin, filter } from './builtin.ts';
import { codePoints, describe, JqError, type JsonObject, setKey } from './values.ts';

interface Capture {
  readonly name: string | null;
  readonly text: string | null;
  /** In UTF-16 units of the subject; -1 when it took no part. */
  readonly at: number;
}

interface Match {
  readonly at: number;
  readonly text: string;
  readonly captures: readonly Capture[];
}

const compiled = new Map<string, RegExp>();

function compile(pattern: Json, flags: Json): RegExp {
  if (typeof pattern !== 'string') throw new JqError(`${describe(pattern)} cannot be matched, as it is not a string`);
  if (flags !== null && typeof flags !== 'string') throw new JqError(`${describe(flags)} is not a string`);
  const key = `${flags ?? ''}/${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  let ours = 'dg';
  let source = pattern;
  for (const flag of flags ?? '') {
    if (flag === 'i') ours += 'i';
    else if (flag === 'p') ours += 's';
    else if (flag === 'x')
      source = source.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\s+|#.*/gs, (m) => (/^[\s#]/.test(m) ? '' : m));
    else if (!'gnls'.includes(flag)) throw new JqError(`${flags} is not a valid modifier string`);
  }
  try {
    const regex = goRegExp(source, ours);
    if (compiled.size > 200) compiled.clear();
    compiled.set(key, regex);
    return regex;
  } catch (error) {
    throw new JqError(`${pattern} (at offset 0) is not a valid regex: ${messageOf(error)}`);
  }
}

function matches(input: Json, pattern: Json, flags: Json): Match[] {
  if (typeof input !== 'string') throw new JqError(`${describe(input)} cannot be matched, as it is not a string`);
  const regex = compile(pattern, flags);
  const global = typeof flags === 'string' && flags.includes('g');
  const skipEmpty = typeof flags === 'string' && flags.includes('n');
  const found: Match[] = [];
  regex.lastIndex = 0;
  for (const match of input.matchAll(regex)) {
    if (skipEmpty && match[0] === '') continue;
    found.push({ at: match.index, text: match[0], captures: captures(match) });
    if (!global) break;
  }
  return found;
}

function captures(match: RegExpExecArray): Capture[] {
  const names = new Map<number, string>();
  const spans = match.indices ?? [];
  // Names are told apart by their places, since the runtime does not number them: pair them in order of appearance.
  let from = 1;
  for (const name of Object.keys(match.groups ?? {})) {
    const span = spans.groups?.[name];
    for (let i = from; i < match.length; i++) {
      if (names.has(i) || spans[i]?.[0] !== span?.[0] || spans[i]?.[1] !== span?.[1]) continue;
      names.set(i, name);
      from = i + 1;
      break;
    }
  }
  return match.slice(1).map((text, i) => ({
    name: names.get(i + 1) ?? null,
    text: (text as string | undefined) ?? null,
    at: spans[i + 1]?.[0] ?? -1,
  }));
}

function matchObject(input: string, match: Match): Json {
  const offset = (at: number) => (at < 0 ? -1 : codePoints(input.slice(0, at)));
  return {
    offset: offset(match.at),
    length: codePoints(match.text),
    string: match.text,
    captures: match.captures.map((c) => ({
      offset: offset(c.at),
      length: codePoints(c.text ?? ''),
      string: c.text,
      name: c.name,
    })),
  };
}

function captureObject(match: Match): JsonObject {
  const out: JsonObject = {};
  for (const capture of match.captures) if (capture.name !== null) setKey(out, capture.name, capture.text);
  return out;
}

function scanned(match: Match): Json {
  return match.captures.length > 0 ? match.captures.map((c) => c.text) : match.text;
}

type Result = (input: string, found: readonly Match[]) => Iterable<Json>;

/** A function of a pattern and flags, where the pattern may also be `[pattern, flags]`. */
function matching(flags: string, result: Result): FilterBuiltin {
  return filter(function* (input, pattern, given) {
    for (const re of pattern(input)) {
      const [source, own] = Array.isArray(re) ? [re[0] ?? null, re[1] ?? null] : [re, null];
      for (const extra of given ? given(input) : [own]) {
        const all = flags + (extra === null ? '' : String(extra));
        yield* result(String(input), matches(input, source, all));
      }
    }
  });
}

function pieces(input: string, found: readonly Match[]): string[] {
  let last = 0;
  const out: string[] = [];
  for (const match of found) {
    out.push(input.slice(last, match.at));
    last = match.at + match.text.length;
  }
  return [...out, input.slice(last)];
}

function substitute(flags: string): FilterBuiltin {
  return filter(function* (input, pattern, replacement, given) {
    for (const re of pattern(input)) {
      for (const extra of given ? given(input) : ['']) {
        const found = matches(input, re, flags + String(extra));
        yield* replaced(String(input), found, replacement);
      }
    }
  });
}

/** One text for each output of the replacement: the first takes the first output at every match, and so on. */
function replaced(input: string, found: readonly Match[], replacement: Argument): string[] {
  const between = pieces(input, found);
  const results: string[] = [];
  for (const [i, match] of found.entries()) {
    let nth = 0;
    for (const text of replacement(captureObject(match))) {
      if (typeof text !== 'string')
        throw new JqError(`${describe(between[i] ?? '')} and ${describe(text)} cannot be added`);
      results[nth] = (results[nth] ?? '') + between[i] + text;
      nth += 1;
    }
  }
  return results.length === 0 ? [input] : results.map((text) => text + between.at(-1));
}

/** Functions with regular expressions. */
export const regexBuiltins: Builtins = {
  ...both(
    'test',
    matching('', (_, found) => [found.length > 0]),
  ),
  ...both(
    'match',
    matching('', (input, found) => found.map((m) => matchObject(input, m))),
  ),
  ...both(
    'capture',
    matching('', (_, found) => found.map(captureObject)),
  ),
  ...both(
    'scan',
    matching('g', (_, found) => found.map(scanned)),
  ),
  'split/2': matching('g', (input, found) => [pieces(input, found)]),
  ...both(
    'splits',
    matching('g', (input, found) => pieces(input, found)),
  ),
  'sub/2': substitute(''),
  'sub/3': substitute(''),
  'gsub/2': substitute('g'),
  'gsub/3': substitute('g'),
};

function both(name: string, builtin: FilterBuiltin): Record<string, FilterBuiltin> {
  return { [`${name}/1`]: builtin, [`${name}/2`]: builtin };
}
