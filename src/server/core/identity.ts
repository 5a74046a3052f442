/** Server identity shaped like an nkey: prefix byte, 32 bytes, CRC16, in base32. */
import { base32Encode } from '#base/base32.ts';
import { crc16 } from '#base/crc16.ts';

/** Prefix bytes of public server (N) and curve (X) keys. */
const SERVER = 13 << 3;
const CURVE = 23 << 3;

function encode(prefix: number, key: Uint8Array): string {
  const raw = new Uint8Array(35);
  raw[0] = prefix;
  raw.set(key, 1);
  const crc = crc16(raw, 33);
  raw[33] = crc & 255;
  raw[34] = crc >>> 8;
  return base32Encode(raw);
}

/**
 * A fresh server id and curve key in nkey form. They name the server and nothing is signed with them: a server that
 * must sign or encrypt (auth callout) makes real keys in auth/ and uses those instead, which costs loading node:crypto.
 */
export function makeIdentity(): { id: string; xkey: string } {
  const random = crypto.getRandomValues(new Uint8Array(64));
  return { id: encode(SERVER, random.subarray(0, 32)), xkey: encode(CURVE, random.subarray(32)) };
}

/** Random text of letters and digits, for nonces. */
export function randomText(length: number): string {
  const set = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  let out = '';
  for (const b of crypto.getRandomValues(new Uint8Array(length))) out += set[b & 63];
  return out;
}
