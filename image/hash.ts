// The one digest that images, locks and bills of materials are made of.
import { createHash } from 'node:crypto';

/** SHA-256 in lower-case hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-1 in lower-case hexadecimal; SPDX 2.3 wants it beside SHA-256 for each file. */
export function sha1(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** MD5 in lower-case hexadecimal: the form of dpkg's md5sums files, which scanners read. Not a security measure. */
export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
