/** Time zone files (RFC 8536): enough of them to know the offset of one moment, and what the zone is called then. */

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
  const kind = kindAt(bytes, seconds);
  return kind === undefined ? undefined : int32(bytes, kind.record);
}

/**
 * The short name of the zone at a moment, unix seconds, such as CET, by the bytes of a zone file; `offset`, seconds east
 * of UTC, chooses between the two names of a daylight saving rule. Undefined when the file does not tell.
 */
export function zoneFileName(bytes: Uint8Array, seconds: number, offset: number): string | undefined {
  const kind = kindAt(bytes, seconds);
  if (kind === undefined) return isZoneFile(bytes) ? nameInRule(bytes, offset) : undefined;
  const at = kind.names + (bytes[kind.record + 5] ?? 0);
  return ascii(bytes, at, bytes.indexOf(0, at));
}

function isZoneFile(bytes: Uint8Array): boolean {
  // "TZif"; version 1 has 32-bit times alone and is not made any more.
  return bytes.length >= HEADER && int32(bytes, 0) === 0x545a6966 && bytes[4] !== 0;
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** The name in the rule at the end (`CET-1CEST,M3.5.0,M10.5.0/3`) that has the offset; hours there count westwards. */
function nameInRule(bytes: Uint8Array, offset: number): string | undefined {
  const rule = ascii(bytes, bytes.lastIndexOf(10, bytes.length - 2) + 1, bytes.length - 1);
  const name = '(?:<([^>]+)>|([A-Za-z]+))';
  const parts = new RegExp(`^${name}([+-]?)(\\d+)(?::(\\d+))?${name}`).exec(rule);
  if (!parts) return undefined;
  const [, quoted, plain, sign, hours, minutes, summerQuoted, summer] = parts;
  const west = Number(hours) * 3600 + Number(minutes ?? 0) * 60;
  return offset === (sign === '-' ? west : -west) ? (quoted ?? plain) : (summerQuoted ?? summer);
}

/** Where the kind of time of a moment is described, and where names begin. */
function kindAt(bytes: Uint8Array, seconds: number): { record: number; names: number } | undefined {
  if (!isZoneFile(bytes)) return undefined;
  const block = HEADER + blockSize(bytes, 0, 4);
  return block + HEADER > bytes.length ? undefined : kindIn(bytes, block, seconds);
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

function kindIn(bytes: Uint8Array, block: number, seconds: number): { record: number; names: number } | undefined {
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
  return kind < types ? { record: records + kind * 6, names: records + types * 6 } : undefined;
}
