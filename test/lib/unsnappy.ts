// Reads the framed form of Snappy (framing_format.txt, format_description.txt) as strictly as it is described.
import assert from 'node:assert/strict';

/** Opens a stream; throws for anything its description does not allow. */
export function unsnappy(bytes: Uint8Array): Buffer {
  const b = Buffer.from(bytes);
  assert.equal(b.subarray(0, 10).latin1Slice(), '\xff\x06\0\0sNaPpY');
  const out: Buffer[] = [];
  for (let at = 10; at < b.length; ) {
    const kind = b[at]!;
    const size = b.readUIntLE(at + 1, 3);
    const body = b.subarray(at + 4, at + 4 + size);
    assert.equal(body.length, size);
    at += 4 + size;
    if (kind >= 0x80) continue;
    assert.ok(kind <= 1, `frame ${kind}`);
    const block = kind === 0 ? unpack(body.subarray(4)) : body.subarray(4);
    assert.ok(block.length <= 65536);
    const crc = crc32c(block);
    assert.equal(body.readUInt32LE(0), (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, 'checksum');
    out.push(block);
  }
  return Buffer.concat(out);
}

function unpack(b: Buffer): Buffer {
  let size = 0;
  let at = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = b[at++]!;
    size |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  const out = Buffer.alloc(size);
  let to = 0;
  while (at < b.length) {
    const tag = b[at++]!;
    if ((tag & 3) === 0) {
      let n = tag >> 2;
      if (n >= 60) {
        const wide = n - 59;
        n = b.readUIntLE(at, wide);
        at += wide;
      }
      assert.ok(at + n + 1 <= b.length && to + n + 1 <= size, 'literal too long');
      to += b.copy(out, to, at, at + n + 1);
      at += n + 1;
      continue;
    }
    const short = (tag & 3) === 1;
    const n = short ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const distance = short ? ((tag >> 5) << 8) | b[at]! : (tag & 3) === 2 ? b.readUInt16LE(at) : b.readUInt32LE(at);
    at += short ? 1 : (tag & 3) === 2 ? 2 : 4;
    assert.ok(distance > 0 && distance <= to && to + n <= size, 'bad repeat');
    for (let i = 0; i < n; i++, to++) out[to] = out[to - distance]!;
  }
  assert.equal(to, size);
  return out;
}

/** CRC-32C bit by bit, as its polynomial says. */
function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
