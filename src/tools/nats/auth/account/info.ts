import { defineCommand } from '#runtime/command.ts';
import { accountDocument } from '../document.ts';
import { operatorFlag, pickOperatorAccount } from '../pick.ts';
import { openAuth } from '../session.ts';
import { accountInfoOutput, accountText, storedModel } from './show.ts';

/** `nats auth account info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i', 'show', 'view'],
  help: 'Show an account',
  args: { account: { type: 'string', help: 'Name of the account' } },
  flags: {
    ...operatorFlag,
    json: { type: 'bool', short: 'j', help: 'Print the account with all its users and seeds as JSON' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: accountInfoOutput,
  async run({ args, flags }, runtime) {
    const auth = await openAuth(runtime);
    const account = await pickOperatorAccount(auth, flags.operator, args.account);
    const model = await storedModel(account);
    const data = flags.json ? await accountDocument(auth, account) : model;
    await runtime.show({ data, text: () => accountText(runtime, model, account.claims) }, { json: flags.json });
  },
});
