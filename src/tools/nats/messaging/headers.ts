import { fail } from '#base/errors.ts';

/** A header line of the command line: name and value, both without the blanks around them. */
export type HeaderLine = readonly [name: string, value: string];

/** Reads `Name:value` words. Throws `usage` for a word without a colon. */
export function parseHeaders(words: readonly string[]): HeaderLine[] {
  return words.map((word) => {
    const colon = word.indexOf(':');
    if (colon < 0) {
      throw fail('usage', `invalid header ${JSON.stringify(word)}`, { hint: 'write headers as -H Name:value' });
    }
    return [word.slice(0, colon).trim(), word.slice(colon + 1).trim()];
  });
}
