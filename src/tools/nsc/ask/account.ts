import type { Nsc } from '../nsc.ts';
import { askKey, askName, askTimes } from './choose.ts';

/** The questions of `nsc add account -i`. */
export async function askAccount(
  nsc: Nsc,
  argument: string | undefined,
  flags: { readonly name: string | undefined; readonly start: string | undefined; readonly expiry: string | undefined },
) {
  const name = await askName(nsc, 'account name', flags.name || argument);
  const key = await askKey(nsc, 'account', '--public-key');
  return { name, 'public-key': key, ...(await askTimes(nsc, flags.start, flags.expiry)) };
}
