import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { type ActivationClaims, newActivation } from '#crypto/activation.ts';
import type { Export } from '#crypto/exports.ts';
import { newIssues } from '#crypto/issues.ts';
import { encode } from '#crypto/jwt.ts';
import type { KeyPair } from '#crypto/nkeys.ts';
import { checkSubject, isContainedIn } from '#crypto/subjects.ts';
import { setTimes, type Times } from './times.ts';

/** The exports of an account that ask for an activation token. Fails with not-found when there are none. */
export function privateExports({ nats: { exports } }: AccountClaims, name: string): Export[] {
  if (exports.length === 0) throw fail('not-found', `account ${quote(name)} doesn't have exports`);
  const closed = exports.filter((e) => e.token_req);
  if (closed.length > 0) return closed;
  throw fail('not-found', `account ${quote(name)} doesn't have exports that require an activation token`);
}

/** The private export of an account that covers a subject; the only one when none is given. Fails with not-found. */
export function privateExport(
  account: AccountClaims,
  name: string,
  given: string | undefined,
): { found: Export; subject: string } {
  const closed = privateExports(account, name);
  const subject = given || (closed.length === 1 ? closed[0]?.subject : undefined);
  const hint = `the private exports are ${closed.map((e) => e.subject).join(', ')}`;
  if (!subject) throw fail('usage', 'a subject is required', { hint });
  const issues = newIssues();
  checkSubject(subject, issues);
  if (issues.list[0]) throw fail('usage', issues.list[0].text);
  const found = closed.find((e) => isContainedIn(subject, e.subject));
  if (found) return { found, subject };
  throw fail('not-found', `a private export for ${quote(subject)} was not found in account ${quote(name)}`, { hint });
}

/** What an activation is for. */
export interface ActivationFor {
  readonly exporter: AccountClaims;
  readonly export: Export;
  readonly subject: string;
  /** Public key of the importing account. */
  readonly importer: string;
  readonly times: Times;
}

/** Signs an activation. */
export async function signActivation(
  wanted: ActivationFor,
  signer: KeyPair,
  now: number,
): Promise<{ claims: ActivationClaims; token: string }> {
  const claims = newActivation(wanted.importer);
  claims.name = wanted.subject;
  claims.nats.subject = wanted.subject;
  claims.nats.kind = wanted.export.type;
  if (signer.publicKey !== wanted.exporter.sub) claims.nats.issuer_account = wanted.exporter.sub;
  setTimes(claims, wanted.times);
  return { claims, token: await encode(claims, signer, now) };
}
