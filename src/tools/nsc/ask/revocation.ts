import { fail } from '#base/errors.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import type { Revocations } from '#crypto/revocations.ts';
import { onlyUser } from '../account.ts';
import type { Nsc } from '../nsc.ts';
import { atFlag, readAt } from '../revocations/shared.ts';
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

/** Up to when what was issued is revoked, when --at does not say. */
export async function askAt(nsc: Nsc, given: string): Promise<string> {
  if (given !== atFlag.at.default && given !== '0') return given;
  const message = 'revoke all credentials created before (0 is now, formats are RFC3339 or #seconds since epoch)';
  return askText(nsc, message, '0', '--at', (answer) => {
    try {
      readAt(nsc, answer);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });
}

/** Which user's revocation to take back. */
export async function askUserRevocation(nsc: Nsc, account: string): Promise<string> {
  const store = await nsc.store();
  const names = new Map([['*', 'All Users']]);
  for (const name of await store.users(account)) {
    const user = await store.user(account, name).catch(() => undefined);
    if (user) names.set(user.sub, name);
  }
  const { revocations } = (await store.account(account)).nats;
  if (revocations.size === 0) throw fail('not-found', `no user revocations set in account ${account}`);
  const named = (key: string) => names.get(key) ?? '[Unknown User]';
  return askRevocation(nsc, revocations, named, 'select revoked user to clear', '--user-public-key');
}

async function askRevocation(
  nsc: Nsc,
  revocations: Revocations,
  named: (key: string) => string,
  message: string,
  flag: string,
): Promise<string> {
  const choices = [...revocations.keys()].sort().map((key) => ({ label: `${key}: ${named(key)}`, value: key }));
  return (await nsc.runtime.prompts()).select({ message, choices, flag });
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
  const revocations: Revocations = held?.revocations ?? new Map();
  if (revocations.size === 0) {
    const kind = service ? 'service' : 'stream';
    throw fail('not-found', `${kind} export ${held?.name ?? subject} doesn't have revocations`);
  }
  const store = await nsc.store();
  const names = new Map([['*', '* [All Accounts]']]);
  for (const name of await store.accounts()) {
    const other = await store.account(name).catch(() => undefined);
    if (other) names.set(other.sub, name);
  }
  const named = (key: string) => names.get(key) ?? '[Unknown Account]';
  const message = 'select account revocation to delete';
  const target = await askRevocation(nsc, revocations, named, message, '--target-account');
  return { service, subject, 'target-account': target };
}
