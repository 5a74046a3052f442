import { messageOf } from '#base/errors.ts';
import { join } from '#base/path.ts';
import type { Import } from '#crypto/imports.ts';
import { decodeAs, readClaims } from '#crypto/jwt.ts';
import { openStore } from '#store/store.ts';
import type { AccountNames } from './describe/sharing-tables.ts';
import type { Nsc } from './nsc.ts';
import { isHttpUrl } from './push/url.ts';

/**
 * Names of accounts by their public key and signing keys, over all operators; those of others than the current one
 * stand after the operator's name and a slash.
 */
export async function accountNames(nsc: Nsc): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const operators = await nsc.operators();
  for (const name of operators) {
    const store = await openStore(nsc.disk, join(nsc.config.store_root, name));
    const operator = await store.operator().catch(() => undefined);
    if (!operator) continue;
    const prefix = operators.length > 1 && operator.name !== nsc.config.operator ? `${operator.name}/` : '';
    for (const account of await store.accounts()) {
      // Only a name is taken, so an unreadable token is no reason to stop.
      const claims = await store.accountToken(account).then(readClaims, () => undefined);
      if (claims?.kind !== 'account') continue;
      for (const key of [claims.sub, ...claims.nats.signing_keys.keys()]) names.set(key, prefix + claims.name);
    }
  }
  return names;
}

/** What describing these imports needs; with `long` accounts keep their ids. */
export async function importNames(nsc: Nsc, imports: readonly Import[], long: boolean): Promise<AccountNames> {
  const names = long || imports.length === 0 ? new Map<string, string>() : await accountNames(nsc);
  const expiries = new Map<string, number | string>();
  for (const { token } of imports) {
    if (token === '' || expiries.has(token)) continue;
    expiries.set(token, await activationExpiry(token).catch(messageOf));
  }
  return { nameOf: (key) => names.get(key) || key, expiryOf: (token) => expiries.get(token) ?? 0 };
}

async function activationExpiry(given: string): Promise<number> {
  const { loadUrl } = await import('./push/http.ts');
  const token = isHttpUrl(given) ? await loadUrl(given) : given;
  return Number((await decodeAs(token, 'activation')).exp);
}
