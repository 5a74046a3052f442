import { fail } from '#base/errors.ts';

/** Whether this process runs in FIPS mode. Only Node with OpenSSL's FIPS provider can; Bun never does. */
export async function inFips(): Promise<boolean> {
  if (typeof Bun !== 'undefined') return false;
  const { getFips } = await import('node:crypto');
  return getFips() === 1;
}

/**
 * The gate of everything FIPS 140-3 does not allow: throws `denied` there, in the words the original tools use. `what`
 * is the operation ("curve nkeys"), `algorithm` what it would need ("X25519").
 */
export async function refuseInFips(what: string, algorithm: string): Promise<void> {
  if (await inFips()) {
    throw fail(
      'denied',
      `${what} is disabled in FIPS mode: ${algorithm} is not part of the FIPS 140-3 approved algorithm set; ` +
        'use a non-FIPS build of natsbox to perform this operation',
    );
  }
}
