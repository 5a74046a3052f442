import type { Runtime } from '#runtime/runtime.ts';
import { type AccountAt, pickOperatorAccount } from '../pick.ts';
import { type Auth, change, type Outcome } from '../session.ts';
import { putAccount } from '../sign.ts';

/** The names a command was given. */
export interface Names {
  readonly operator: string | undefined;
  readonly account: string | undefined;
}

/** What a change shows of the account as it was signed. Undefined: the user said no. */
type Shown = ((account: AccountAt) => Outcome | Promise<Outcome>) | undefined;

/** Changes an account in place, signs it again and shows what came of it. */
export async function changeAccount(
  runtime: Runtime,
  names: Names,
  apply: (account: AccountAt, auth: Auth) => Shown | Promise<Shown>,
): Promise<void> {
  await change(runtime, async (auth) => {
    const account = await pickOperatorAccount(auth, names.operator, names.account);
    const shown = await apply(account, auth);
    return shown && shown({ ...account, claims: await putAccount(auth, account) });
  });
}
