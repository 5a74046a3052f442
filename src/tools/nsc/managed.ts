// Accounts of a managed operator: every change is brought to the operator's account server, and what the server made
// of it is kept.
import { messageOf } from '#base/errors.ts';
import { decodeAs } from '#crypto/jwt.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { Store } from '#store/store.ts';
import type { Nsc } from './nsc.ts';
import { isHttpUrl } from './push/url.ts';
import { type Entry, newReport } from './report.ts';

/** Stores an account's token, in a managed store through the operator's account server. Gives lines for the report. */
export async function storeAccount(nsc: Nsc, store: Store, name: string, token: string): Promise<Entry[]> {
  if (!store.info.managed) {
    store.putAccount(name, token);
    return [];
  }
  const operator = await store.operator();
  const report = newReport();
  const served = await exchange(nsc, operator, name, token, report.entries);
  store.putAccount(name, served ?? token);
  if (served === undefined) report.warn('perform push/pull again or exchange self-signed JWT manually');
  return report.entries.map((entry, i) => (i === 0 ? entry : { ...entry, part: true }));
}

async function exchange(
  nsc: Nsc,
  operator: OperatorClaims,
  name: string,
  token: string,
  entries: Entry[],
): Promise<string | undefined> {
  const { accountUrl, pullToken, pushToken } = await import('./push/http.ts');
  const url = operator.nats.account_server_url;
  if (!isHttpUrl(url)) {
    const why = "operator doesn't set an account server url or manual exchange necessary";
    entries.push({ level: 'warning', text: `unable to push to ${JSON.stringify(operator.name)} - ${why}` });
    return undefined;
  }
  const account = await decodeAs(token, 'account');
  const at = accountUrl(url, account.sub);
  if (nsc.runtime.contract.plan) {
    entries.push({ level: 'ok', text: `would push to ${at}` });
    return undefined;
  }
  let doing = 'pushing';
  try {
    const pushed = await pushToken(at, token);
    entries.push(pushed);
    if (pushed.level !== 'ok') return undefined;
    doing = 'pulling';
    const pulled = await pullToken(at);
    entries.push(pulled.entry);
    return pulled.token;
  } catch (error) {
    entries.push({ level: 'error', text: `error ${doing} account ${JSON.stringify(name)}: ${messageOf(error)}` });
    return undefined;
  }
}
