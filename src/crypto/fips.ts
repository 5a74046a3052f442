import { fail } from '#base/errors.ts';

/** Whether this process runs on a FIPS-validated provider. Only Node with OpenSSL's FIPS provider can; Bun never does. */
export async function inFips(): Promise<boolean> {
  if (typeof Bun !== 'undefined') return false;
  const { getFips } = await import('node:crypto');
  return getFips() === 1;
}

/** The gate of everything FIPS 140 does not allow (`what`: "curve keys", "bcrypt passwords"): throws `denied` there. */
export async function refuseInFips(what: string): Promise<void> {
  if (await inFips()) {
    throw fail('denied', `${what} cannot be used in FIPS mode`, {
      hint: 'use an Ed25519 nkey, or run the build without FIPS',
    });
  }
}
