import { fail } from '#base/errors.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import type { Revocations } from '#crypto/revocations.ts';
import { onlyUser } from '../account.ts';
import type { Nsc } from '../nsc.ts';
import { askText, askYes, choose } from './choose.ts';

/** Which user to revoke: one of the account's, or any public key. */
export async function askRevokedUser(nsc: Nsc, account: string) {
  const users = await (await nsc.store()).users(account);
  if (users.length > 0 && (await askYes(nsc, 'Revoke a user by name', true, '--name'))) {
    return { name: await choose(nsc, 'Select user to revoke', users, undefined, '--name') };
  }
  const key = await askText(
    nsc,
    "user public key or '*' to match any user",
    undefined,
    '--user-public-key',
    (answer) => (answer === '*' || isPublicKey(answer, 'user') ? undefined : 'no public key of a user'),
  );
  return { 'user-public-key': key };
}

/** The only user of an account, after asking whether it is meant: a name that was forgotten shall not revoke it. */
export async function confirmOnlyUser(nsc: Nsc, account: string): Promise<string> {
  const user = await onlyUser(nsc, account);
  if (!user) {
    throw fail('usage', 'user or user-public-key is required', { hint: `nsc list users --account ${account}` });
  }
  if (!(await askYes(nsc, `revoke user ${user}`, false, '--name'))) throw fail('error', 'nothing was revoked');
  return user;
}

/** Which revocation to take back. */
export async function askRevocation(nsc: Nsc, revocations: Revocations, flag: string): Promise<string> {
  const keys = [...revocations.keys()].sort();
  if (keys.length === 0) throw fail('not-found', 'there are no revocations');
  return choose(nsc, 'select revocation to delete', keys, undefined, flag);
}

interface Given {
  readonly subject: string | undefined;
  readonly service: boolean;
}

async function askExport(nsc: Nsc, account: string, flags: Given) {
  const service = await askYes(nsc, 'is service', flags.service, '--service');
  const kind = service ? 'service' : 'stream';
  const { exports } = (await (await nsc.store()).account(account)).nats;
  const subjects = exports.filter((e) => e.type === kind).map((e) => e.subject);
  if (subjects.length === 0) throw fail('not-found', `account ${JSON.stringify(account)} doesn't have ${kind} exports`);
  const subject = await choose(nsc, `select ${kind} export`, subjects, flags.subject, '--subject');
  return { service, subject, held: exports.find((e) => e.type === kind && e.subject === subject) };
}

/** Which export, and which account to revoke. */
export async function askActivationExport(nsc: Nsc, account: string, flags: Given) {
  const { service, subject } = await askExport(nsc, account, flags);
  const message = "target-account public key or '*' to match any account";
  const target = await askText(nsc, message, undefined, '--target-account', (answer) =>
    answer === '*' || isPublicKey(answer, 'account') ? undefined : 'no public key of an account',
  );
  return { service, subject, 'target-account': target };
}

/** Which export, and which of its revocations. */
export async function askActivationRevocation(nsc: Nsc, account: string, flags: Given) {
  const { service, subject, held } = await askExport(nsc, account, flags);
  const target = await askRevocation(nsc, held?.revocations ?? new Map(), '--target-account');
  return { service, subject, 'target-account': target };
}
