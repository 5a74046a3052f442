import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName, onlyUser } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { type Nsc, openNsc } from '../nsc.ts';
import { claimsOutput, describeToken, outputFlag } from './describe.ts';
import { describeFlags } from './group.ts';
import { scopeTable, userTable } from './user-table.ts';

/** `nsc describe user` */
export const command = defineCommand({
  name: 'user',
  help: 'Show a user, and the role it has from a scoped key',
  args: { name: { type: 'string', help: 'Name or public key of the user; not needed when the account has one user' } },
  flags: {
    name: { type: 'string', short: 'n', help: 'Name or public key of the user' },
    ...accountFlag,
    ...outputFlag,
  },
  inherits: describeFlags,
  examples: ['nsc describe user clerk --account ORDERS', 'nsc describe user clerk --field nats.pub.allow'],
  tags: { scope: 'local', impact: 'ro' },
  output: claimsOutput,
  async run({ args, flags }, runtime) {
    const nsc = await openNsc(runtime);
    const { chosenAccount, chosenUser } = await import('../ask/choose.ts');
    const account = await accountName(nsc, await chosenAccount(nsc, flags.account));
    const user = await userName(nsc, account, await chosenUser(nsc, account, flags.name || args.name));
    const store = await nsc.store();
    const token = (await store.userToken(account, user)).trim();
    const claims = await decodeAs(token, 'user');
    await describeToken(runtime, flags, token, 'user', async () => {
      const scope = (await store.account(account)).nats.signing_keys.get(claims.iss);
      return scope ? [userTable(claims), scopeTable(scope)] : [userTable(claims)];
    });
  },
});

async function userName(nsc: Nsc, account: string, given: string | undefined): Promise<string> {
  const name = given || (await onlyUser(nsc, account));
  if (!name && nsc.interactive)
    throw fail('not-found', `account ${quote(account)} doesn't have any users - add one first`);
  if (!name) throw fail('usage', 'user is required', { hint: `nsc list users --account ${account}` });
  if (!isPublicKey(name, 'user')) return name;
  const store = await nsc.store();
  for (const user of await store.users(account)) {
    const claims = await store.user(account, user).catch(() => undefined);
    if (claims?.sub === name) return user;
  }
  throw fail('not-found', `no user found with public key ${name}`, { hint: `nsc list users --account ${account}` });
}
