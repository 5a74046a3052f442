/** The operations of the protocol, and which of them a line begins with. Publishing has a way of its own in scanner.ts. */

export const NAMES = ['PUB', 'HPUB', 'SUB', 'UNSUB', 'CONNECT', 'PING', 'PONG', 'INFO', '-ERR', '+OK'] as const;
export const PUB = 0;
export const HPUB = 1;
export const SUB = 2;
export const UNSUB = 3;
export const CONNECT = 4;
export const PING = 5;
export const PONG = 6;
export const INFO = 7;
export const ERR = 8;
export const OK = 9;
/** Operation names as lower-case bytes, in the order of the constants above. */
export const BYTES = NAMES.map((n) => Buffer.from(n.toLowerCase(), 'latin1'));
export const HAS_ARGUMENT = [true, true, true, true, true, false, false, true, true, false];

/** Which operation starts at `i`: its index, -1 for none, -2 when the bytes so far could still become one. */
export function recognise(buf: Buffer, i: number, n: number): number {
  for (let op = 0; op < BYTES.length; op++) {
    const name = BYTES[op]!;
    const have = Math.min(name.length, n - i);
    let k = 0;
    const signed = op === ERR || op === OK;
    while (k < have && (buf[i + k]! | (signed && k === 0 ? 0 : 32)) === name[k]) k++;
    if (k === name.length) return op;
    if (k === n - i && k > 0) return -2;
  }
  return -1;
}

/** Up to nine digits; -1 for anything else. */
export function parseSize(text: string): number {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : -1;
}

/** The words of a line. */
export function split(line: string): string[] {
  const out: string[] = [];
  for (const t of line.split(/[ \t\r\n]+/)) if (t !== '') out.push(t);
  return out;
}
