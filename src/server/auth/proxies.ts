/** Connections that come through proxies the server trusts: they sign the nonce with a key of their own. */
import type { Client, Verdict } from '../core/types.ts';

type Decide = (c: Client) => Verdict | Promise<Verdict>;

const NOT_TRUSTED: Verdict = { ok: false, reason: 'Proxy Not Trusted' };

/** What a login that may only be made through a proxy is told when it is not. */
export const PROXY_REQUIRED: Verdict = { ok: false, reason: 'Proxy Required' };

async function signedBy(c: Client, trusted: readonly string[]): Promise<string> {
  const { signed } = await import('./signature.ts');
  for (const key of trusted) if (await signed(key, c.nonce, c.options.proxy_sig)) return key;
  return '';
}

/** Looks at the proxy first, then decides. */
export function afterProxy(trusted: readonly string[], decide: Decide): Decide {
  return (c) => {
    c.proxyKey = '';
    if (c.options.proxy_sig === '' || trusted.length === 0) return decide(c);
    return signedBy(c, trusted).then((key) => {
      c.proxyKey = key;
      return key === '' ? NOT_TRUSTED : decide(c);
    });
  };
}
