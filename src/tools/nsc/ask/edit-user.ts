import { fail } from '#base/errors.ts';
import { accountName } from '../account.ts';
import type { Nsc } from '../nsc.ts';
import { chosenAccount, chosenUser } from './choose.ts';
import { type Answers, askClaims, askNumber, newAnswers } from './edits.ts';

/** The questions of `nsc edit user -i`. */
export async function askEditUser(
  nsc: Nsc,
  given: string | undefined,
  flags: { readonly account: string | undefined },
): Promise<Answers> {
  const answers = newAnswers();
  const account = await accountName(nsc, await chosenAccount(nsc, flags.account));
  const name = await chosenUser(nsc, account, given);
  if (!name) throw fail('not-found', `account ${JSON.stringify(account)} doesn't have any users - add one first`);
  Object.assign(answers.flags, { account, name });
  const user = await (await nsc.store()).user(account, name);
  await askNumber(nsc, answers, 'payload', 'max payload (-1 unlimited)', user.nats.payload);
  await askClaims(nsc, answers, user);
  return answers;
}
