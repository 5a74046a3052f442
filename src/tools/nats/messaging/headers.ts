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

/**
 * The headers of messages from `Name:value` words. A name that cannot stand in a message is left out with a note, as the
 * original leaves it out without one; line breaks in values become blanks. Throws `usage` for a word without a colon.
 */
export function messageHeaders(words: readonly string[], note: (text: string) => void): HeaderLine[] {
  const sent: HeaderLine[] = [];
  for (const [name, value] of parseHeaders(words)) {
    if (sendableName(name)) sent.push([name, oneLine(value)]);
    else note(`Leaving out header ${JSON.stringify(name)}, which is no name a message can carry`);
  }
  return sent;
}

/** A header value without line breaks. */
export function oneLine(value: string): string {
  return value.includes('\n') || value.includes('\r') ? value.replace(/[\r\n]/g, ' ').trim() : value;
}

function sendableName(name: string): boolean {
  return /^[\x21-\x39\x3b-\x7e]+$/.test(name);
}
