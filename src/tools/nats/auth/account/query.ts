import { BoxError, fail } from '#base/errors.ts';
import { lookupAccountClaims } from '#client/system/claims.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import { openLive } from '../../server/source.ts';
import { operatorFlag, pickAccountKey, pickOperator } from '../pick.ts';
import { openAuth, writeFile } from '../session.ts';
import { accountModel, accountOutput, accountText } from './show.ts';

/** `nats auth account query` */
export const command = defineCommand({
  name: 'query',
  aliases: ['pull'],
  help: 'Show an account as the servers know it\n\nThe login must be one of the system account.',
  args: {
    account: { type: 'string', required: true, help: 'Name or public key of the account' },
    output: { type: 'string', help: 'File for the JWT' },
  },
  flags: operatorFlag,
  tags: { scope: 'system', impact: 'ro' },
  output: accountOutput,
  async run({ args, flags }, runtime) {
    const auth = await openAuth(runtime);
    const operator = await pickOperator(auth, flags.operator);
    const message = 'Select an Account';
    const subject = await pickAccountKey(auth, operator, args.account, { message, flag: 'the account argument' });
    const { connection, gathering } = await openLive(runtime);
    const token = await lookupAccountClaims(connection, subject, gathering).catch(noLookup);
    if (token === '') {
      throw fail('not-found', 'did not receive a valid token from the server', {
        hint: 'the servers do not know the account, or do not keep tokens; nats auth account push gives it to them',
      });
    }
    const claims = await decodeAs(token, 'account');
    if (claims.sub !== subject) throw fail('denied', `the servers answered with the token of another account`);
    if (args.output) {
      await writeFile(auth, args.output, token);
      if (!runtime.contract.plan) await auth.disk.commit();
    }
    const model = accountModel(claims.name, claims, 0);
    await runtime.show({ data: model, text: () => accountText(runtime, model, claims) });
  },
});

/** Nobody listens: the login has no rights, or the servers are told about accounts by their configuration. */
function noLookup(error: unknown): never {
  if (!(error instanceof BoxError) || error.kind !== 'no-responders') throw error;
  throw fail('no-responders', error.message, {
    ...error.facts,
    hint: 'log in as a user of the system account; servers with a memory resolver never tell about accounts',
  });
}
