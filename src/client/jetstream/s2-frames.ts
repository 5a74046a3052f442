// The framing of S2 and Snappy streams (framing_format.txt): what a stream holds can be counted without decompressing it.
import { fail } from '#base/errors.ts';

export interface FrameCounter {
  /** Takes the next bytes. Throws for bytes that are no S2 stream. */
  add(bytes: Uint8Array): void;
  /** Bytes the frames so far hold uncompressed. */
  uncompressed(): number;
  /** Whether the bytes so far end where a frame ends. */
  complete(): boolean;
}

const COMPRESSED = 0x00;
const PLAIN = 0x01;
const IDENTIFIER = 0xff;
/** Type, three bytes of length, four of checksum, and at most five of the block's length. */
const HEAD = 13;

/** Counts the frames of a stream handed over in pieces of any size. */
export function frameCounter(): FrameCounter {
  const head = new Uint8Array(HEAD);
  let have = 0;
  let skip = 0;
  let total = 0;
  let first = true;

  /** Reads the head once it is long enough; gives the bytes of the frame still to come, or undefined for "more". */
  const parse = (): number | undefined => {
    if (have < 4) return undefined;
    const kind = head[0] as number;
    const length = (head[1] as number) | ((head[2] as number) << 8) | ((head[3] as number) << 16);
    if (first && kind !== IDENTIFIER) throw fail('error', 'this is no S2 stream', { hint: 'stream.tar.s2 is damaged' });
    if (kind !== COMPRESSED) {
      if (kind === PLAIN) total += Math.max(0, length - 4);
      else if (kind < 0x80 && kind !== IDENTIFIER) throw fail('error', `unknown frame ${kind} in an S2 stream`);
      return length - (have - 4);
    }
    const want = Math.min(HEAD, 4 + length);
    let size = 0;
    for (let i = 8; i < have; i++) {
      const byte = head[i] as number;
      size += (byte & 0x7f) * 2 ** (7 * (i - 8));
      if (byte < 0x80) {
        total += size;
        return length - (have - 4);
      }
    }
    if (have >= want) throw fail('error', 'damaged block in an S2 stream');
    return undefined;
  };

  return {
    add: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        if (skip > 0) {
          const step = Math.min(skip, bytes.length - at);
          at += step;
          skip -= step;
          continue;
        }
        head[have++] = bytes[at++] as number;
        const rest = parse();
        if (rest === undefined) continue;
        skip = rest;
        have = 0;
        first = false;
      }
    },
    uncompressed: () => total,
    complete: () => have === 0 && skip === 0,
  };
}
