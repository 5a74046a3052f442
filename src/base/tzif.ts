/** Time zone files (RFC 8536): enough of them to know the offset of one moment. */

/** Bytes of the header of a block. */
const HEADER = 44;

/** A signed 32-bit number, high byte first; bytes beyond the end count as 0. */
function int32(bytes: Uint8Array, at: number): number {
  let n = 0;
  for (let i = 0; i < 4; i++) n = (n << 8) | (bytes[at + i] ?? 0);
  return n;
}

/** A signed 64-bit time, as near as a double comes: exact for all times of this age. */
function int64(bytes: Uint8Array, at: number): number {
  return int32(bytes, at) * 0x1_0000_0000 + (int32(bytes, at + 4) >>> 0);
}

/**
 * Seconds east of UTC at a moment, unix seconds, by the bytes of a zone file. Undefined when the file is no such file or
 * only tells the moment by a daylight saving rule, as short zone files do for the future.
 */
export function zoneFileOffset(bytes: Uint8Array, seconds: number): number | undefined {
  // "TZif"; version 1 has 32-bit times alone and is not made any more.
  if (bytes.length < HEADER || int32(bytes, 0) !== 0x545a6966 || bytes[4] === 0) return undefined;
  const block = HEADER + blockSize(bytes, 0, 4);
  return block + HEADER > bytes.length ? undefined : offsetIn(bytes, block, seconds);
}

/** Length of the data behind the header at `at`, whose times have `width` bytes. */
function blockSize(bytes: Uint8Array, at: number, width: number): number {
  const isut = int32(bytes, at + 20);
  const isstd = int32(bytes, at + 24);
  const leaps = int32(bytes, at + 28);
  const times = int32(bytes, at + 32);
  const types = int32(bytes, at + 36);
  const chars = int32(bytes, at + 40);
  return times * (width + 1) + types * 6 + chars + leaps * (width + 4) + isstd + isut;
}

function offsetIn(bytes: Uint8Array, block: number, seconds: number): number | undefined {
  const times = int32(bytes, block + 32);
  const types = int32(bytes, block + 36);
  const first = block + HEADER;
  const kinds = first + times * 8;
  const records = kinds + times;
  const end = first + blockSize(bytes, block, 8);
  if (types === 0 || end > bytes.length) return undefined;
  let low = 0;
  let high = times;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (int64(bytes, first + mid * 8) <= seconds) low = mid + 1;
    else high = mid;
  }
  // Behind the last change the rule in the footer counts; without a comma it is one offset for ever.
  if (low === times && bytes.indexOf(44, end) >= 0) return undefined;
  const kind = low === 0 ? 0 : (bytes[kinds + low - 1] ?? 0);
  return kind < types ? int32(bytes, records + kind * 6) : undefined;
}
