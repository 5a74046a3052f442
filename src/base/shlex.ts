import { fail } from './errors.ts';

/**
 * Splits a command line into words as a shell would, without expanding anything: blanks separate, single quotes keep all,
 * double quotes keep all but backslashes, a backslash takes the next character as it is, `#` at the start of a word
 * begins a comment up to the end of the line. Throws a usage BoxError for an open quote or a lone backslash at the end.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (c === '\\' && quote !== "'") {
      i += 1;
      if (i >= line.length)
        throw fail('usage', 'a backslash ends the command line', { hint: 'write \\\\ for a backslash' });
      word = (word ?? '') + (line[i] ?? '');
    } else if (quote !== '') {
      if (c === quote) quote = '';
      else word = (word ?? '') + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= '';
    } else if (/[ \t\r\n]/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === '#' && word === undefined) {
      const end = line.indexOf('\n', i);
      i = end < 0 ? line.length : end;
    } else word = (word ?? '') + c;
  }
  if (quote !== '') throw fail('usage', `a quote (${quote}) is not closed in the command line`);
  if (word !== undefined) words.push(word);
  return words;
}

/** One word as a POSIX shell reads it back: bare when harmless, else in single quotes. */
export function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line that a POSIX shell splits into exactly these words. */
export function joinWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
