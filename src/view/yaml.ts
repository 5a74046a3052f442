import type { Plain, PlainRecord } from './fields.ts';
import { isRecord } from './fields.ts';

// What a reader of YAML 1.1 or 1.2 takes for something else than text, in any case.
const reserved = /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan))$/i;
const plain = /^[\p{L}_/$][\p{L}\p{N} _.,/$@()+*=<>-]*$/u;

/** A string as YAML: bare where no reader can take it for something else, else in double quotes with JSON's escapes. */
function yamlText(text: string): string {
  const bare = plain.test(text) && !reserved.test(text) && !text.endsWith(' ');
  if (bare) return text;
  // Double-quoted YAML takes all of JSON's escapes; what YAML calls not printable has to be one.
  return JSON.stringify(text.toWellFormed()).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function yamlNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
}

/** The lines of a value; the first one can stand behind a key or a dash when the value is a scalar or empty. */
function linesOf(value: Plain): { lines: string[]; inline: boolean } {
  if (typeof value === 'string') return { lines: [yamlText(value)], inline: true };
  if (typeof value === 'number') return { lines: [yamlNumber(value)], inline: true };
  if (typeof value !== 'object' || value === null) return { lines: [String(value)], inline: true };
  const lines = isRecord(value) ? recordLines(value) : listLines(value as readonly Plain[]);
  if (lines.length === 0) return { lines: [isRecord(value) ? '{}' : '[]'], inline: true };
  return { lines, inline: false };
}

function recordLines(record: PlainRecord): string[] {
  return Object.entries(record).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const { lines, inline } = linesOf(value);
    if (inline) return [`${yamlText(key)}: ${lines[0]}`];
    return [`${yamlText(key)}:`, ...lines.map((line) => `  ${line}`)];
  });
}

function listLines(list: readonly Plain[]): string[] {
  return list.flatMap((item) => linesOf(item).lines.map((line, i) => `${i === 0 ? '- ' : '  '}${line}`));
}

/** Data as a YAML document in block style, whole numbers exact, no control character in it but newlines. Ends with one. */
export function yamlDocument(value: Plain): string {
  return linesOf(value)
    .lines.map((line) => `${line}\n`)
    .join('');
}
