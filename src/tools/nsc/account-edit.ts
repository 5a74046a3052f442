// Every change of an account's token: read it, change it, sign it, keep it.
import { unixDate } from '#base/dates.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { encode } from '#crypto/jwt.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { Int64 } from '#crypto/shape.ts';
import { signersOfAccounts } from '#store/signers.ts';
import type { Store } from '#store/store.ts';
import type { Outcome } from './finish.ts';
import { storeAccount } from './managed.ts';
import type { Nsc } from './nsc.ts';
import { type Entry, group, newReport, type Report } from './report.ts';
import { findSigner } from './signer.ts';

/** What a change works on. */
export interface AccountEdit {
  readonly store: Store;
  readonly operator: OperatorClaims;
  /** To be changed in place. */
  readonly account: AccountClaims;
  readonly report: Report;
}

export interface EditOptions {
  /** Prefer the key that signed the account. */
  readonly keepIssuer?: boolean;
  /** The last line stands also when the account could not be brought to its server. */
  readonly always?: boolean;
  /** In a managed store, where a change is several jobs, a last line on how many went well. */
  readonly sum?: boolean;
}

/** Gives the report's last line, or several; nothing when it was reported already. */
type Apply = (edit: AccountEdit) => Promise<string | undefined> | string | undefined;

/**
 * Changes an account and signs it again: with -K, or the first of the operator's keys that is stored. Edits of the
 * account itself prefer the key that signed it; what it shares, maps and revokes does not.
 */
export async function editAccount(nsc: Nsc, name: string, apply: Apply, options: EditOptions = {}): Promise<Outcome> {
  await nsc.lock();
  const store = await nsc.store();
  // Together: while one is verified, in another thread, the next is read.
  const [operator, account] = await Promise.all([store.operator(), store.account(name)]);
  const report = newReport();
  const done = await apply({ store, operator, account, report });
  const { managed } = store.info;
  const signers = signersOfAccounts(managed, operator, account);
  const signer = await findSigner(nsc, signers, options.keepIssuer ? { prefer: account.iss } : {});
  if (!signers.keys.includes(signer.publicKey)) {
    report.warn(`${signer.publicKey} is no key of the operator: servers will refuse the account`);
  }
  const token = await encode(account, signer, nsc.now());
  report.add(...(await storeAccount(nsc, store, name, token)));
  if (managed) report.add(...serverChanges(account, await store.account(name)));
  if (done !== undefined && (options.always || report.level !== 'error')) report.ok(done);
  const sum = managed && options.sum === true;
  return { entries: report.entries, sum, data: { account: name, public_key: account.sub } };
}

/** What the account server of a managed operator made of an account. */
function serverChanges(sent: AccountClaims, kept: AccountClaims): Entry[] {
  const changes: Entry[] = [];
  const add = (what: string, from: string, to: string) => {
    if (from !== to) changes.push({ level: 'ok', text: `${what} changed from ${from} to ${to}`, server: true });
  };
  const date = (at: Int64) => (at === 0 ? 'always' : unixDate(Number(at)));
  const limit = (value: Int64) => (value === -1 ? 'unlimited' : String(value));
  add('jwt start', date(sent.nbf), date(kept.nbf));
  add('jwt expiry', date(sent.exp), date(kept.exp));
  const [a, b] = [sent.nats.limits, kept.nats.limits];
  add('max subscriptions', limit(a.subs), limit(b.subs));
  add('max connections', limit(a.conn), limit(b.conn));
  add('max leaf node connections', limit(a.leaf), limit(b.leaf));
  add('max imports', limit(a.imports), limit(b.imports));
  add('max exports', limit(a.exports), limit(b.exports));
  add('max data', limit(a.data), limit(b.data));
  add('max message payload', limit(a.payload), limit(b.payload));
  add('allow wildcard exports', String(a.wildcards), String(b.wildcards));
  return changes.length > 0 ? [group('account server modifications', changes, 'ok')] : [];
}
