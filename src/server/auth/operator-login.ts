/** Logins in operator mode: a user JWT, the account that signed it, and what both allow. */

import { isBlocking } from '#crypto/issues.ts';
import { decodeAs } from '#crypto/jwt.ts';
import type { UserPermissionLimits } from '#crypto/permissions.ts';
import { isRevoked } from '#crypto/revocations.ts';
import { scopedSignerProblem } from '#crypto/scope.ts';
import { expandTemplate } from '#crypto/templates.ts';
import type { UserClaims } from '#crypto/user.ts';
import { validate } from '#crypto/validate.ts';
import { authUser } from '../accounts/info.ts';
import type { SharedAccount } from '../accounts/model.ts';
import type { Authenticator, Client, Verdict } from '../core/types.ts';
import type { Running } from '../running.ts';
import { askCallout, CalloutError, type CalloutRules, forbidCallouts } from './callout.ts';
import { type AccountFacts, factsOf, permissionsOf } from './claims.ts';
import { knownConnectionTypes } from './connection-types.ts';
import { afterProxy, PROXY_REQUIRED } from './proxies.ts';
import { connectionAllowed, expireAt, register } from './register.ts';
import { signed } from './signature.ts';
import { sourceAllowed, timesAllowed } from './times.ts';

const REFUSED: Verdict = { ok: false };

/** What a JWT user was granted, kept for later changes of its account. */
export interface UserFacts {
  readonly claims: UserClaims;
  /** Signing key, '' when the account's own key signed. */
  readonly signer: string;
  readonly maxPayload: number;
  readonly maxSubs: number;
  readonly ownPermissions: boolean;
}

/** Why a login failed; the client is not told, the log is. */
class Refusal extends Error {}

/** Who it may be: with an account, a callout service may still be asked. */
interface Attempt {
  readonly verdict: Verdict;
  readonly account: SharedAccount | null;
}

/** What a user may do in its account: what its token says, or the template of the scoped key that signed it. */
function rightsOf(user: UserClaims, facts: AccountFacts): UserPermissionLimits {
  if (!facts.signers.has(user.iss)) throw new Refusal('User JWT issuer is not known');
  const scope = facts.signers.get(user.iss) ?? null;
  if (scope === null) return user.nats;
  const problem = scopedSignerProblem(scope, user);
  if (problem !== undefined) throw new Refusal(`User JWT is not valid: ${problem}`);
  try {
    return expandTemplate(scope.template, {
      name: user.name,
      subject: user.sub,
      accountName: facts.claims.name,
      accountSubject: user.nats.issuer_account,
      tags: user.nats.tags,
      accountTags: facts.claims.nats.tags,
    });
  } catch {
    throw new Refusal('User JWT generated invalid permissions');
  }
}

/** The authenticator. `lookup` gives the running account of a name; `users` is filled with who is connected. */
export function operatorLogin(
  run: Running,
  lookup: (name: string) => Promise<SharedAccount | null>,
  users: WeakMap<Client, UserFacts>,
): Authenticator {
  const { srv } = run;
  const seconds = (): number => Math.floor(srv.clock.now() / 1000);

  /** The token the client showed, or the one for clients that show none. */
  const tokenOf = async (c: Client): Promise<UserClaims> => {
    const o = c.options;
    const sentinel = run.options.operator?.defaultSentinel ?? '';
    if (o.jwt !== '' && sentinel !== '') {
      const user = await decodeAs(o.jwt, 'user').catch(() => null);
      if (user !== null) return user;
    }
    if (sentinel !== '') o.jwt = sentinel;
    if (o.jwt === '') throw new Refusal('Authentication requires a user JWT');
    return decodeAs(o.jwt, 'user').catch((error: unknown) => {
      throw new Refusal(`User JWT not valid: ${error instanceof Error ? error.message : error}`);
    });
  };

  const accountOf = async (user: UserClaims): Promise<SharedAccount> => {
    const issuer = user.nats.issuer_account === '' ? user.iss : user.nats.issuer_account;
    const pinned = run.options.operator?.pinnedAccounts;
    if (pinned !== undefined && !pinned.includes(issuer)) {
      throw new Refusal(`Account ${issuer} not listed as operator pinned account`);
    }
    const account = await lookup(issuer);
    if (account === null) throw new Refusal('Account JWT lookup error');
    return account;
  };

  const check = async (c: Client, user: UserClaims, account: SharedAccount): Promise<UserPermissionLimits> => {
    const facts = factsOf(account);
    // The system account before its JWT was pushed: only its own key counts.
    if (facts === null && user.iss !== account.name) throw new Refusal('User JWT issuer is not known');
    const nats = facts === null ? user.nats : rightsOf(user, facts);
    if (account.expired) throw new Refusal('Account JWT has expired');
    if (nats.bearer_token && facts?.claims.nats.limits.disallow_bearer === true) {
      throw new Refusal('Account does not allow bearer tokens');
    }
    const types = knownConnectionTypes(nats.allowed_connection_types);
    if (types === null) throw new Refusal('invalid connection types');
    if (!connectionAllowed(c, types)) throw new Refusal('Connection type not allowed');
    if (!nats.bearer_token && !(await signed(user.sub, c.nonce, c.options.sig))) {
      throw new Refusal('Signature not verified');
    }
    if (facts !== null && isRevoked(facts.claims.nats.revocations, user.sub, user.iat)) {
      throw new Refusal('User authentication revoked');
    }
    if (!sourceAllowed(nats.src, c.peerHost)) throw new Refusal(`Bad src Ip ${c.peerHost}`);
    return nats;
  };

  /** Makes the connection the user. */
  const admit = (c: Client, user: UserClaims, account: SharedAccount, nats: UserPermissionLimits): Verdict => {
    const now = srv.clock.now();
    const validFor = timesAllowed(nats, now);
    if (validFor === null) throw new Refusal('Outside connect times');
    const own = permissionsOf(nats);
    c.identity = {
      publicKey: user.sub,
      ...(user.nats.issuer_account !== '' || user.iss !== '' ? { issuerKey: user.iss } : {}),
      ...(user.name !== '' ? { nameTag: user.name } : {}),
      tags: user.nats.tags,
      bearer: nats.bearer_token,
    };
    const granted: UserFacts = {
      claims: user,
      signer: user.nats.issuer_account === '' ? '' : user.iss,
      maxPayload: Number(nats.payload),
      maxSubs: Number(nats.subs),
      ownPermissions: own !== null,
    };
    users.set(c, granted);
    const verdict = register(c, {
      account: account.core!,
      permissions: own ?? factsOf(account)?.defaultPermissions ?? null,
      maxPayload: granted.maxPayload,
      maxSubs: granted.maxSubs,
    });
    if (!verdict.ok) return verdict;
    const expires = user.exp === 0 ? Number.POSITIVE_INFINITY : Number(user.exp) * 1000;
    const until = Math.min(expires, validFor === 0 ? Number.POSITIVE_INFINITY : now + validFor);
    if (Number.isFinite(until)) expireAt(c, until);
    return verdict;
  };

  const attempt = async (c: Client): Promise<Attempt> => {
    try {
      const user = await tokenOf(c);
      if (user.nats.proxy_required && c.proxyKey === '') return { verdict: PROXY_REQUIRED, account: null };
      if (isBlocking(await validate(user, seconds()), true)) throw new Refusal('User JWT no longer valid');
      const account = await accountOf(user);
      const nats = await check(c, user, account);
      return { verdict: admit(c, user, account, nats), account };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (srv.logger?.debug) srv.logger.log('debug', `${c.label} - ${error.message}`);
      return { verdict: REFUSED, account: null };
    }
  };

  /** Accounts may have a service of their own that decides about their users. */
  const login = async (c: Client): Promise<Verdict> => {
    const { verdict, account } = await attempt(c);
    const authorization = account === null ? undefined : factsOf(account)?.claims.nats.authorization;
    if (!verdict.ok || account === null || !authorization || authorization.auth_users.length === 0) return verdict;
    let decided: Verdict = verdict;
    if (!authorization.auth_users.includes(authUser(c))) {
      users.delete(c);
      decided = await askCallout(run, c, rulesOf(account, authorization, lookup));
    }
    if (decided.ok && c.account === account.core) forbidCallouts(c);
    return decided;
  };

  return {
    required: true,
    nonce: true,
    anonymous: false,
    shownAsRequired: true,
    login: afterProxy(run.options.trustedProxies ?? [], login),
  };
}

function rulesOf(
  account: SharedAccount,
  authorization: AccountFacts['claims']['nats']['authorization'],
  lookup: (name: string) => Promise<SharedAccount | null>,
): CalloutRules {
  const allowed = authorization.allowed_accounts;
  return {
    account,
    subject: account.name,
    xkey: authorization.xkey,
    mayAnswer: (key) => key === account.name || factsOf(account)?.signers.has(key) === true,
    async place(user) {
      const name = user.nats.issuer_account === '' ? user.iss : user.nats.issuer_account;
      if (name !== account.name && !(allowed.length === 1 && allowed[0] === '*') && !allowed.includes(name)) {
        const pair = `${JSON.stringify(user.iss)} not permitted as valid account option for auth callout for account`;
        throw new CalloutError(`account ${pair} ${JSON.stringify(account.name)}`);
      }
      const target = await lookup(name);
      const facts = target === null ? null : factsOf(target);
      if (target === null || facts === null) {
        const at = `for auth callout response on account ${JSON.stringify(account.name)}`;
        throw new CalloutError(`no valid account ${JSON.stringify(name)} ${at}: account missing`);
      }
      return { account: target, nats: rightsOf(user, facts) };
    },
  };
}
