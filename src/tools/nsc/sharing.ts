// Exports: finding the one a command means, and checking a list after a change.
import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { checkExports, type Export } from '#crypto/exports.ts';
import { newIssues } from '#crypto/issues.ts';
import { isContainedIn } from '#crypto/subjects.ts';

/** Fails with the first thing that is wrong with the exports. */
export function refuseBadExports(exports: readonly Export[]): void {
  const issues = newIssues();
  checkExports(exports, issues);
  const [first] = issues.list;
  if (first) throw fail('usage', first.text);
}

/** The export with this subject; the only one when no subject is given. Fails with not-found (`how` words it) or usage. */
export function exportOf(
  account: AccountClaims,
  name: string,
  subject: string | undefined,
  how: 'with subject' | 'matching' = 'with subject',
): Export {
  const { exports } = account.nats;
  if (exports.length === 0) throw fail('not-found', `account ${quote(name)} doesn't have exports`);
  const wanted = subject || (exports.length === 1 ? exports[0]?.subject : undefined);
  const hint = `the exports are ${exports.map((e) => e.subject).join(', ')}`;
  if (!wanted) throw fail('usage', 'a subject is required', { hint });
  const found = exports.find((e) => e.subject === wanted);
  if (!found) throw fail('not-found', `no export ${how} ${quote(wanted)} found`, { hint });
  return found;
}

/** The export of a kind that covers a subject; the only one when no subject is given. */
export function coveringExport(
  account: AccountClaims,
  name: string,
  kind: 'stream' | 'service',
  subject: string | undefined,
): Export {
  if (account.nats.exports.length === 0) throw fail('not-found', `account ${quote(name)} doesn't have exports`);
  const exports = account.nats.exports.filter((e) => e.type === kind);
  if (exports.length === 0) throw fail('not-found', `account ${quote(name)} doesn't have ${kind} exports`);
  const wanted = subject || (exports.length === 1 ? exports[0]?.subject : undefined);
  const hint = `the ${kind} exports are ${exports.map((e) => e.subject).join(', ')}`;
  if (!wanted) throw fail('usage', 'a subject is required', { hint });
  const found = exports.find((e) => isContainedIn(wanted, e.subject));
  if (!found) throw fail('not-found', 'unable to locate export', { hint });
  return found;
}
