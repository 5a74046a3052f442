import { toFixedEven } from './fixed.ts';
import { comma, commaFloat } from './size.ts';
import { textWidth } from './width.ts';

/**
 * How the nats tool shows a plain value: integers with separators, floats with separators and at most three decimals (cut,
 * not rounded), lists joined by commas, booleans and text as they are. Unsigned values of 2^63-1 and more keep their bare digits.
 */
export function human(value: number | bigint | boolean | string | readonly string[]): string {
  if (typeof value === 'bigint') return value >= 9_223_372_036_854_775_807n ? String(value) : comma(value);
  if (typeof value === 'number') return commaFloat(value, 3);
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** `1 message`, `2 messages`, `1,000 replies`: the word gets an s unless its plural is given. */
export function plural(count: number | bigint, word: string, words = `${word}s`): string {
  return `${human(count)} ${count === 1 || count === 1n ? word : words}`;
}

/** `12.50%`; an empty whole counts as 0. */
export function percent(part: number | bigint, whole: number | bigint, digits = 2): string {
  const total = Number(whole);
  return `${toFixedEven(total === 0 ? 0 : (Number(part) / total) * 100, digits)}%`;
}

/** How many per second, over a span in nanoseconds; 0 for an empty span. */
export function perSecond(count: number | bigint, ns: bigint): number {
  return ns <= 0n ? 0 : Number(count) / (Number(ns) / 1e9);
}

/** `a, b and c`. */
export function sentenceList(items: readonly string[], word = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

/** `a, b, c and 12 more`: at most `most` items are named. */
export function shortList(items: readonly string[], most = 5): string {
  if (items.length <= most) return sentenceList(items);
  return `${items.slice(0, most).join(', ')} and ${human(items.length - most)} more`;
}

/**
 * Breaks text into lines of at most `width` cells at blanks; lines that were there stay apart, and continued lines repeat
 * the indentation of their first. `hanging` indents continued lines further. Words wider than a line are left whole.
 */
export function wrap(text: string, width: number, hanging = 0): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, width), hanging));
}

function wrapLine(line: string, width: number, hanging: number): string[] {
  if (textWidth(line) <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  let used = indent.length;
  let empty = true;
  for (const word of line.trim().split(/ +/)) {
    const cells = textWidth(word);
    if (!empty && used + 1 + cells > width) {
      lines.push(current);
      current = indent + ' '.repeat(hanging);
      used = current.length;
      empty = true;
    }
    current += empty ? word : ` ${word}`;
    used += cells + (empty ? 0 : 1);
    empty = false;
  }
  return [...lines, current];
}

/**
 * Cuts off the ending that all names share at their dots (`n1.eu.example.net`, `n2.eu.example.net`: `n1`, `n2`); the first
 * part always stays.
 */
export function compactNames(names: readonly string[]): string[] {
  const split = names.map((name) => name.split('.'));
  const shortest = Math.min(...split.map((parts) => parts.length));
  let shared = '';
  for (let back = 1; names.length > 0 && back < shortest; back++) {
    const part = split[0]?.at(-back);
    if (!split.every((parts) => parts.at(-back) === part)) break;
    shared = `.${part}${shared}`;
  }
  return names.map((name) => (shared !== '' && name.endsWith(shared) ? name.slice(0, -shared.length) : name));
}

/** A replica's number with its distance from the leader's: `100`, `50 (-50%)`, `1001 (+0.1%)`; at least 0.01% is shown. */
export function replicaDrift(replica: number, leader: number): string {
  const shown = toFixedEven(replica, 0);
  if (replica === leader) return shown;
  if (leader === 0) return `${shown} (+100%)`;
  const drift = ((replica - leader) / leader) * 100;
  const size = Math.max(0.01, Math.abs(drift));
  return `${shown} (${drift < 0 ? '-' : '+'}${toFixedEven(size, 2).replace(/\.?0+$/, '')}%)`;
}
