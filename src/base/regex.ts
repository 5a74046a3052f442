import { fail } from './errors.ts';

const posix: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/**
 * A Go (RE2) regular expression as one of ours: `(?i)`, `(?s)`, `(?m)` and `(?U)`-free flag groups at the start, `(?P<name>`,
 * `\A`, `\z`, `\Q..\E`, `[[:alpha:]]`, `\pL`. Matching is by code point. Throws a usage BoxError for what cannot be read.
 */
export function goRegExp(pattern: string, flags = ''): RegExp {
  let all = flags.includes('u') ? flags : `${flags}u`;
  const lead = /^\(\?([ims]+)\)/.exec(pattern);
  const body = lead ? pattern.slice(lead[0].length) : pattern;
  for (const flag of lead?.[1] ?? '') if (!all.includes(flag)) all += flag;
  try {
    return new RegExp(translate(body), all);
  } catch (error) {
    throw fail('usage', `error parsing regexp: ${complaint(pattern)}`, { reason: error });
  }
}

/** What Go's parser says about a pattern that cannot be read, in its words. */
function complaint(pattern: string): string {
  let depth = 0;
  /** Whether there is something a repetition can apply to, and the repetition that was just read. */
  let operand = false;
  let repeated = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] ?? '';
    const rest = pattern.slice(i);
    if (/[*+?]/.test(c)) {
      const sign = c + (rest[1] === '?' ? '?' : '');
      if (!operand) return `missing argument to repetition operator: \`${sign}\``;
      if (repeated) return `invalid nested repetition operator: \`${repeated}${sign}\``;
      repeated = sign;
      i += sign.length - 1;
      continue;
    }
    repeated = '';
    operand = true;
    if (c === '\\') {
      if (rest.length === 1) return 'trailing backslash at end of expression: ``';
      const property = /^\\[pP](?:\{[^}]*\}|.)/su.exec(rest)?.[0];
      if (property) {
        if (!isReadable(translate(property))) return `invalid character class range: \`${property}\``;
        i += property.length - 1;
      } else {
        if (/[a-zA-Z]/.test(rest[1] ?? '') && !/[abBdDsSwWfnrtvxzACQE]/.test(rest[1] ?? ''))
          return `invalid escape sequence: \`\\${rest[1]}\``;
        i += 1;
      }
    } else if (c === '[') {
      const set = /^\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]/s.exec(rest)?.[0];
      if (!set) return `missing closing ]: \`${rest}\``;
      i += set.length - 1;
    } else if (c === '(') {
      const group = /^\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:))?/.exec(rest)?.[0] ?? c;
      if (group === c && rest[1] === '?') return `invalid or unsupported Perl syntax: \`${rest.slice(0, 3)}\``;
      depth += 1;
      operand = false;
      i += group.length - 1;
    } else if (c === ')') {
      depth -= 1;
      if (depth < 0) return `unexpected ): \`${pattern}\``;
    } else if (c === '|') operand = false;
  }
  return depth > 0 ? `missing closing ): \`${pattern}\`` : `unsupported syntax: \`${pattern}\``;
}

function isReadable(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

function translate(pattern: string): string {
  let out = '';
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] ?? '';
    if (c === '\\') {
      const [text, used] = goEscape(pattern, i, inClass);
      out += text;
      i += used - 1;
    } else if (inClass) {
      const named = c === '[' ? /^\[:(\^?)(\w+):\]/.exec(pattern.slice(i)) : null;
      if (named && posix[named[2] ?? ''] !== undefined && named[1] === '') {
        out += posix[named[2] ?? ''];
        i += named[0].length - 1;
      } else {
        if (c === ']') inClass = false;
        out += c === '[' ? '\\[' : c;
      }
    } else if (c === '[') {
      inClass = true;
      const start = /^\[\^?\]?/.exec(pattern.slice(i))?.[0] ?? c;
      // A bracket right after the opening one is a member of the set.
      out += start.replace(/\]$/, '\\]');
      i += start.length - 1;
    } else if (pattern.startsWith('(?P<', i)) {
      out += '(?<';
      i += 3;
    } else if (c === ']' || c === '}' || (c === '{' && !/^\{\d+(?:,\d*)?\}/.test(pattern.slice(i)))) out += `\\${c}`;
    else if (c === '{') {
      const count = /^\{[^}]*\}/.exec(pattern.slice(i))?.[0] ?? c;
      out += count;
      i += count.length - 1;
    } else out += c;
  }
  return out;
}

/** The escape at `at` in our syntax, and how many characters it took. */
function goEscape(pattern: string, at: number, inClass: boolean): [string, number] {
  const next = pattern[at + 1] ?? '';
  if (next === '') return ['\\', 1];
  if (next === 'A' && !inClass) return ['(?<![\\s\\S])', 2];
  if ((next === 'z' || next === 'Z') && !inClass) return ['(?![\\s\\S])', 2];
  if (next === 'a') return ['\\x07', 2];
  if (next === 'Q') {
    const end = pattern.indexOf('\\E', at + 2);
    const text = pattern.slice(at + 2, end < 0 ? pattern.length : end);
    return [text.replace(/[$()*+./?[\\\]^{|}-]/g, '\\$&'), text.length + (end < 0 ? 2 : 4)];
  }
  const property = /^\\([pP])([A-Z])/.exec(pattern.slice(at));
  if (property) return [`\\${property[1]}{${property[2]}}`, 3];
  const braces = /^\\[pPux]\{[^}]*\}/.exec(pattern.slice(at));
  if (braces) {
    // Longer names of Go's properties are scripts; code points in braces are written with u here.
    const ours = braces[0].replace(/^\\x/, '\\u').replace(/^(\\[pP])\{(\^?)(\w{3,})\}$/, '$1{sc=$3}');
    return [ours, braces[0].length];
  }
  // With code point matching an escaped letter must mean something, and other signs need no escape.
  if (/[A-Za-z0-9^$\\.*+?()[\]{}|/]/.test(next) || (inClass && next === '-')) return [`\\${next}`, 2];
  return [next, 2];
}
