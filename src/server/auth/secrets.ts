/** Comparing what a client sent with what is configured: plain text, or a bcrypt hash. */
import { refuseInFips } from '#crypto/fips.ts';

const BCRYPT = /^\$2[abxy]\$\d{2}\$/;

export function isBcrypt(secret: string): boolean {
  return BCRYPT.test(secret);
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameText(a: string, b: string): boolean {
  let different = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) different |= a.charCodeAt(i) ^ b.charCodeAt(b.length === 0 ? 0 : i % b.length);
  return different === 0;
}

/** Whether `given` is the configured secret. Hashes are compared off the event loop where the runtime can. */
export function sameSecret(configured: string, given: string): boolean | Promise<boolean> {
  return isBcrypt(configured) ? compareHash(configured, given) : sameText(configured, given);
}

async function compareHash(hash: string, given: string): Promise<boolean> {
  try {
    await refuseInFips('a bcrypt password', 'bcrypt');
    const { nativeBcrypt } = await import('../net/host.ts');
    const native = nativeBcrypt(hash, given);
    if (native !== null) return await native;
    const bcrypt = await import('bcryptjs');
    return await bcrypt.compare(given, hash);
  } catch {
    return false;
  }
}
