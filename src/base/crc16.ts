const table = /* @__PURE__ */ (() => {
  const out = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 8;
    for (let i = 0; i < 8; i++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    out[byte] = crc;
  }
  return out;
})();

/** CRC-16/XMODEM (polynomial 0x1021, start 0) of the first `length` bytes: the checksum of nkeys. */
export function crc16(bytes: Uint8Array, length: number = bytes.length): number {
  let crc = 0;
  for (let i = 0; i < length; i++) crc = ((crc << 8) & 0xffff) ^ table[(crc >>> 8) ^ bytes[i]!]!;
  return crc;
}
