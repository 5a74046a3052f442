import type { Nsc } from '../nsc.ts';
import { askKey, askName, askTimes, chosenAccount } from './choose.ts';

interface Given {
  readonly name: string | undefined;
  readonly account: string | undefined;
  readonly start: string | undefined;
  readonly expiry: string | undefined;
}

/** The questions of `nsc add user -i`. */
export async function askUser(nsc: Nsc, argument: string | undefined, flags: Given) {
  const account = await chosenAccount(nsc, flags.account);
  const name = await askName(nsc, 'user name', flags.name || argument);
  const key = await askKey(nsc, 'user', '--public-key');
  return { account, name, 'public-key': key, ...(await askTimes(nsc, flags.start, flags.expiry)) };
}
