// The account a command works on: --account, else the current one.
import { fail } from '#base/errors.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import type { Nsc } from './nsc.ts';

/** The name of the account meant by a flag or argument, or of the current one. Fails with not-found or usage. */
export async function accountName(nsc: Nsc, given: string | undefined): Promise<string> {
  if (!given) {
    if (nsc.config.account !== '') return nsc.config.account;
    await nsc.store();
    throw fail('usage', 'an account is required', { hint: 'give --account NAME; nsc list accounts shows the names' });
  }
  const store = await nsc.store();
  if (!isPublicKey(given, 'account')) {
    await nsc.useAccount(given, false);
    return given;
  }
  for (const name of await store.accounts()) {
    const account = await store.account(name).catch(() => undefined);
    if (account?.sub === given) {
      await nsc.useAccount(name, false);
      return name;
    }
  }
  throw fail('not-found', `no account found with public key ${given}`, { hint: 'nsc list accounts' });
}

/** The only user of an account, or undefined. */
export async function onlyUser(nsc: Nsc, account: string): Promise<string | undefined> {
  const users = await (await nsc.store()).users(account);
  return users.length === 1 ? users[0] : undefined;
}
