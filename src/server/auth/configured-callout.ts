/** Auth callout as the authorization block sets it up. */
import { authUser } from '../accounts/info.ts';
import type { SharedAccount } from '../accounts/model.ts';
import type { Client, Verdict } from '../core/types.ts';
import type { AuthCalloutOptions } from '../options.ts';
import type { Running } from '../running.ts';
import { askCallout, CalloutError, type CalloutRules, forbidCallouts } from './callout.ts';

/** The last word about logins: the service's, for all but its own users and the accounts it has no say in. */
export function configuredCallout(
  run: Running,
  o: AuthCalloutOptions,
): (c: Client, verdict: Verdict) => Promise<Verdict> {
  const { srv } = run;
  const delegated = (name: string): boolean => {
    // Who is not configured is in the default account, and asked about.
    const list = o.allowedAccounts ?? [];
    return name === srv.globalAccount.name || list.length === 0 || list.includes(name);
  };
  return async (c, verdict) => {
    if (c.phase === 'closed' || !delegated(c.account.name)) return verdict;
    let decided = verdict;
    if (!o.users.includes(authUser(c))) {
      const account = accountOf(run, o.account);
      if (account === null) {
        srv.logger?.log('warn', `No valid account ${JSON.stringify(o.account)} for auth callout request`);
        return { ok: false };
      }
      decided = await askCallout(run, c, rulesOf(run, o, account));
    }
    if (decided.ok && c.account.name === o.account) forbidCallouts(c);
    return decided;
  };
}

function accountOf(run: Running, name: string): SharedAccount | null {
  return run.directory?.get(name) ?? null;
}

function rulesOf(run: Running, o: AuthCalloutOptions, account: SharedAccount): CalloutRules {
  const where = JSON.stringify(o.account);
  return {
    account,
    subject: o.issuer,
    xkey: o.xkey ?? '',
    mayAnswer: () => true,
    async place(user) {
      if (user.nats.issuer_account !== '') {
        throw new CalloutError(`error non operator mode account ${where}: attempted to use issuer_account`);
      }
      if (user.iss !== o.issuer) {
        const found = `expected "${o.issuer}" got "${user.iss}"`;
        throw new CalloutError(`wrong issuer for auth callout response on account ${where}, ${found}`);
      }
      const target = accountOf(run, user.aud);
      if (target === null) {
        const at = `for auth callout response on account ${where}`;
        throw new CalloutError(`no valid account ${JSON.stringify(user.aud)} ${at}: account missing`);
      }
      return { account: target, nats: user.nats };
    },
  };
}
