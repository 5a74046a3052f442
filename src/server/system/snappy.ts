/**
 * Snappy streams, for replies to those who ask for them (google/snappy: framing_format.txt and format_description.txt).
 * What repeats within a block of 64 KiB is named by its distance; no attempt is made to find the longest repeat.
 */

const MAGIC = [0xff, 6, 0, 0, ...Buffer.from('sNaPpY')];
const BLOCK = 65536;
const COMPRESSED = 0;
const PLAIN = 1;
const TABLE_BITS = 13;
/** Shorter repeats cost as much as they save. */
const LEAST = 4;
const LONGEST = 64;

let table: Uint32Array | undefined;

/** CRC-32C of the bytes, turned as the framing wants it. */
function checksum(bytes: Uint8Array): number {
  if (table === undefined) {
    table = new Uint32Array(256);
    for (let i = 0; i < 256; i++) {
      let c = i;
      for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
      table[i] = c;
    }
  }
  let crc = ~0;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  crc = ~crc;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Bytes that repeat nothing; `to` is where the element goes, the result where the next one does. */
function literal(out: Uint8Array, to: number, bytes: Uint8Array, from: number, end: number): number {
  let p = to;
  const n = end - from - 1;
  if (n < 0) return p;
  if (n < 60) out[p++] = n << 2;
  else if (n < 256) {
    out[p++] = 60 << 2;
    out[p++] = n;
  } else {
    out[p++] = 61 << 2;
    out[p++] = n & 0xff;
    out[p++] = n >> 8;
  }
  out.set(bytes.subarray(from, end), p);
  return p + n + 1;
}

/** `length` bytes again that began `distance` bytes ago. */
function repeat(out: Uint8Array, to: number, distance: number, length: number): number {
  let p = to;
  for (let left = length; left > 0; ) {
    const n = Math.min(left, LONGEST);
    out[p++] = ((n - 1) << 2) | 2;
    out[p++] = distance & 0xff;
    out[p++] = distance >> 8;
    left -= n;
  }
  return p;
}

/** One block of at most 64 KiB. */
function compress(bytes: Uint8Array): Uint8Array {
  const n = bytes.length;
  const out = new Uint8Array(16 + n + (n >> 4));
  let p = 0;
  for (let v = n; ; v >>>= 7) {
    out[p++] = v < 128 ? v : (v & 127) | 128;
    if (v < 128) break;
  }
  // Where four bytes with this hash were seen last, one higher: 0 is nowhere.
  const seen = new Uint32Array(1 << TABLE_BITS);
  const view = new DataView(bytes.buffer, bytes.byteOffset, n);
  let from = 0;
  let i = 0;
  while (i + LEAST <= n) {
    const four = view.getUint32(i, true);
    const slot = Math.imul(four, 0x1e35a7bd) >>> (32 - TABLE_BITS);
    const before = seen[slot]! - 1;
    seen[slot] = i + 1;
    if (before < 0 || view.getUint32(before, true) !== four) {
      i++;
      continue;
    }
    let length = LEAST;
    while (i + length < n && bytes[before + length] === bytes[i + length]) length++;
    p = literal(out, p, bytes, from, i);
    p = repeat(out, p, i - before, length);
    i += length;
    from = i;
  }
  p = literal(out, p, bytes, from, n);
  return out.subarray(0, p);
}

/** The bytes as a stream of frames; blocks that do not get shorter are left as they are. */
export function snappy(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from(MAGIC)];
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK);
    const packed = compress(block);
    const plain = packed.length >= block.length;
    const body = plain ? block : packed;
    const head = Buffer.alloc(8);
    head.writeUInt32LE((body.length + 4) * 256 + (plain ? PLAIN : COMPRESSED), 0);
    head.writeUInt32LE(checksum(block), 4);
    parts.push(head, body);
  }
  return Buffer.concat(parts);
}
