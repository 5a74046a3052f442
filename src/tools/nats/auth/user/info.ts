import { defineCommand } from '#runtime/command.ts';
import { userDocument } from '../document.ts';
import { operatorFlag, pickOperatorAccount } from '../pick.ts';
import { openAuth } from '../session.ts';
import { pickUser } from './change.ts';
import { userInfoOutput, userModel, userText } from './show.ts';

/** `nats auth user info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i', 'show', 'view'],
  help: 'Show a user',
  args: {
    name: { type: 'string', help: 'Name of the user' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: { ...operatorFlag, json: { type: 'bool', short: 'j', help: 'Print the user with its seed as JSON' } },
  tags: { scope: 'system', impact: 'ro' },
  output: userInfoOutput,
  async run({ args, flags }, runtime) {
    const auth = await openAuth(runtime);
    const account = await pickOperatorAccount(auth, flags.operator, args.account);
    const user = await pickUser(auth, account, args.name, `user ${args.name} not found`);
    const model = userModel(account, user);
    const data = flags.json ? await userDocument(auth, account, user) : model;
    await runtime.show({ data, text: () => userText(runtime, model, user.claims) }, { json: flags.json });
  },
});
