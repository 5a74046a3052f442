/** Time zone files (RFC 8536): enough of them to know the offset of one moment. */

/** Bytes of the header of a block. */
const HEADER = 44;

/**
 * Seconds east of UTC at a moment, unix seconds, by the bytes of a zone file. Undefined when the file is no such file or
 * only tells the moment by a daylight saving rule, as short zone files do for the future.
 */
export function zoneFileOffset(bytes: Uint8Array, seconds: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // "TZif"; version 1 has 32-bit times alone and is not made any more.
  if (bytes.length < HEADER || view.getUint32(0) !== 0x545a6966 || bytes[4] === 0) return undefined;
  const at = HEADER + blockSize(view, 0, 4);
  return at + HEADER > bytes.length ? undefined : offsetIn(bytes, view, at, seconds);
}

/** Length of the data behind the header at `at`, whose times have `width` bytes. */
function blockSize(view: DataView, at: number, width: number): number {
  const [isut, isstd, leaps, times, types, chars] = [20, 24, 28, 32, 36, 40].map((o) => view.getUint32(at + o));
  return (
    (times as number) * (width + 1) +
    (types as number) * 6 +
    (chars as number) +
    (leaps as number) * (width + 4) +
    (isstd as number) +
    (isut as number)
  );
}

function offsetIn(bytes: Uint8Array, view: DataView, block: number, seconds: number): number | undefined {
  const times = view.getUint32(block + 32);
  const types = view.getUint32(block + 36);
  const first = block + HEADER;
  const kinds = first + times * 8;
  const records = kinds + times;
  if (types === 0 || block + HEADER + blockSize(view, block, 8) > bytes.length) return undefined;
  let low = 0;
  let high = times;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (Number(view.getBigInt64(first + mid * 8)) <= seconds) low = mid + 1;
    else high = mid;
  }
  if (low === times) {
    // Behind the last change the rule in the footer counts; without a comma it is one offset for ever.
    const footer = bytes.subarray(block + HEADER + blockSize(view, block, 8));
    if (footer.includes(44)) return undefined;
  }
  const kind = low === 0 ? 0 : (bytes[kinds + low - 1] as number);
  return kind < types ? view.getInt32(records + kind * 6) : undefined;
}
