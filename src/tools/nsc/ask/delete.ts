import { fail } from '#base/errors.ts';
import { accountName } from '../account.ts';
import type { Removal } from '../delete/entities.ts';
import type { Nsc } from '../nsc.ts';
import { askYes, choose, chosenAccount } from './choose.ts';

async function confirmDelete(nsc: Nsc, message: string): Promise<void> {
  if (!(await askYes(nsc, message, false, '--name'))) throw fail('error', 'delete cancelled');
}

/** The questions of `nsc delete user -i`. */
export async function askDeleteUsers(nsc: Nsc, account: string): Promise<{ names: string[]; removal: Removal }> {
  const users = await (await nsc.store()).users(account);
  if (users.length === 0) {
    throw fail('not-found', `account ${JSON.stringify(account)} doesn't have any users - add one first`);
  }
  const prompts = await nsc.runtime.prompts();
  const choices = users.map((name) => ({ label: name, value: name }));
  const names = await prompts.multiSelect({ message: 'select users', choices, flag: '--name' });
  const s = names.length > 1 ? 's' : '';
  const removal = {
    revoke: await askYes(nsc, `revoke user${s} before deleting`, false, '--revoke'),
    keys: await askYes(nsc, `delete associated nkey${s}`, false, '--rm-nkey'),
    creds: await askYes(nsc, `delete associated creds file${s}`, false, '--rm-creds'),
  };
  await confirmDelete(nsc, 'deleting users, nkeys or creds files cannot be undone - continue');
  return { names, removal };
}

/** The questions of `nsc delete account -i`. */
export async function askDeleteAccount(
  nsc: Nsc,
  given: string | undefined,
): Promise<{ name: string; removal: Removal }> {
  const name = await accountName(nsc, await chosenAccount(nsc, given));
  const removal = {
    revoke: await askYes(nsc, 'revoke all account users before deleting', true, '--revoke'),
    keys: await askYes(nsc, 'delete associated account and user nkeys', false, '--rm-nkey'),
    creds: await askYes(nsc, 'delete associated user creds files', false, '--rm-creds'),
  };
  const store = await nsc.store();
  if (store.info.managed) {
    await confirmDelete(nsc, 'managed accounts may require the account JWT or nkeys to cancel a service - continue');
  }
  const users = (await store.users(name)).length > 0;
  const what = users ? 'accounts, users, nkeys or creds files' : 'account or account nkey files';
  await confirmDelete(nsc, `deleting ${what} cannot be undone - continue`);
  return { name, removal };
}

/** Which account to delete, when no name was given: never simply the current one. */
export async function askAccountToDelete(nsc: Nsc): Promise<string> {
  const names = await (await nsc.store()).accounts();
  if (names.length === 0) throw fail('not-found', 'there is no account to delete');
  const name = await choose(nsc, 'which account shall be deleted', names, undefined, '--name');
  await confirmDelete(nsc, `delete account ${name} and its users`);
  return name;
}
