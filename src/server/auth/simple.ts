/** Logins with one shared token, or one user name and password, in plain text. */
import type { Authenticator, Client, Verdict } from '../core/types.ts';
import type { AuthOptions } from '../options.ts';

const REFUSED: Verdict = { ok: false };
const ACCEPTED: Verdict = { ok: true };

/** Compares in a time that does not depend on where the texts differ. */
export function sameSecret(a: string, b: string): boolean {
  let different = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) different |= a.charCodeAt(i) ^ b.charCodeAt(i % (b.length || 1));
  return different === 0;
}

/** Null when the options name no credentials: then everybody may connect. */
export function simpleAuth(options: AuthOptions): Authenticator | null {
  const { user, password, token } = options;
  if (user === undefined && token === undefined) return null;
  return {
    required: true,
    nonce: false,
    anonymous: false,
    login(client: Client): Verdict {
      const o = client.options;
      if (token !== undefined && sameSecret(o.auth_token, token)) return ACCEPTED;
      if (user !== undefined && o.user === user && sameSecret(o.pass, password ?? '')) return ACCEPTED;
      return REFUSED;
    },
  };
}
