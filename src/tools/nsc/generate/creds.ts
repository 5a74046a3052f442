import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { obj, recordOf, str } from '#cli/schema.ts';
import { formatCreds } from '#crypto/decorate.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import { shortPath } from '#store/dirs.ts';
import { accountName, onlyUser } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { type Nsc, openNsc } from '../nsc.ts';
import { writeOut } from '../output-file.ts';
import { reportText } from '../report.ts';

/** `nsc generate creds` */
export const command = defineCommand({
  name: 'creds',
  help: 'Write the credentials of a user: its token and its seed',
  flags: {
    name: { type: 'string', short: 'n', help: 'Name of the user; not needed when the account has one user' },
    'output-file': { type: 'string', short: 'o', default: '--', help: 'Write to this file, -- is stdout' },
    ...accountFlag,
  },
  examples: ['nsc generate creds --account ORDERS --name clerk --output-file clerk.creds'],
  tags: { scope: 'local', impact: 'ro' },
  output: recordOf(obj({ user: str, account: str, public_key: str, 'creds?': str, 'path?': str })),
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    const { chosenAccount, chosenUser } = await import('../ask/choose.ts');
    const account = await accountName(nsc, await chosenAccount(nsc, flags.account));
    const name = await userName(nsc, account, await chosenUser(nsc, account, flags.name));
    const token = await (await nsc.store()).userToken(account, name);
    const user = await decodeAs(token, 'user');
    const pair = await nsc.keys.pair(user.sub);
    if (!pair) {
      throw fail('not-found', `the seed of user ${quote(name)} is not in the keystore`, { hint: 'nsc import keys' });
    }
    const creds = formatCreds(token, user.sub, pair);
    pair.wipe();
    const facts = { user: name, account, public_key: user.sub };
    const file = flags['output-file'];
    if (file === '--') return runtime.show({ data: { ...facts, creds }, text: () => `${creds}\n` });
    await writeOut(runtime, file, creds);
    const text = () => {
      const line = `wrote credentials to \`${shortPath(runtime, file)}\``;
      return `${reportText([{ level: 'ok', text: line }])}Success!! - generated \`${file}\`\n`;
    };
    await runtime.show({ data: { ...facts, path: file }, text });
  },
});

async function userName(nsc: Nsc, account: string, given: string | undefined): Promise<string> {
  const store = await nsc.store();
  const hint = `nsc list users --account ${account}`;
  const name = given || (await onlyUser(nsc, account));
  if (!name) {
    const none = (await store.users(account)).length === 0;
    throw fail('usage', none ? `account ${quote(account)} has no users` : 'user is required', { hint });
  }
  if (await store.hasUser(account, name)) return name;
  throw fail('not-found', `user ${quote(name)} not found in ${quote(account)}`, { hint });
}
