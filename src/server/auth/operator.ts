/** Operator mode: accounts come from a resolver, users prove themselves by JWTs that their account signed. */
import type { AccountClaims } from '#crypto/account.ts';
import { isBlocking } from '#crypto/issues.ts';
import { decodeAs } from '#crypto/jwt.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import { isRevoked } from '#crypto/revocations.ts';
import { validate } from '#crypto/validate.ts';
import { createShared, type SharedAccount } from '../accounts/model.ts';
import { activate, coreAccount } from '../accounts/runtime.ts';
import { closeClient } from '../core/close.ts';
import { applyFlags, refuseLogin } from '../core/handshake.ts';
import { sendErr } from '../core/out.ts';
import { maxSubsExceeded } from '../core/subs.ts';
import type { Client } from '../core/types.ts';
import type { ServerOptions } from '../options.ts';
import type { Running } from '../running.ts';
import { addSystemExports } from '../system/exports.ts';
import {
  type AccountFacts,
  activationCheck,
  applyImports,
  applyOwn,
  decodeActivations,
  factsOf,
  permissionsOf,
  recheckImporters,
} from './claims.ts';
import { operatorLogin, type UserFacts } from './operator-login.ts';
import type { OperatorMode } from './operator-mode.ts';
import { applyLimits, register } from './register.ts';
import { openResolver } from './resolver.ts';

const modes = new WeakMap<Running, OperatorMode>();

/** Operator mode of a running server; null when it runs with configured accounts. */
function operatorModeOf(run: Running): OperatorMode | null {
  return modes.get(run) ?? null;
}

/** Sets a server up for operator mode. Rejects when operator, resolver or system account do not fit together. */
export async function setupOperator(run: Running): Promise<void> {
  const { srv, options } = run;
  const op = options.operator!;
  const log = (level: 'info' | 'warn' | 'debug', text: string): void => srv.logger?.log(level, text);
  const operators = await Promise.all((op.operators ?? []).map((jwt) => decodeAs(jwt, 'operator')));
  const trusted = new Set<string>(op.trustedKeys ?? []);
  const strict = new Set<string>();
  for (const o of operators) {
    if (!o.nats.strict_signing_key_usage) trusted.add(o.sub);
    for (const k of o.nats.signing_keys) {
      trusted.add(k);
      if (o.nats.strict_signing_key_usage) strict.add(k);
    }
  }
  const url = operators[0]?.nats.account_server_url;
  const resolver = await openResolver(
    op.resolver ?? (url && op.preload === undefined ? { type: 'url', url: `${url}/accounts` } : { type: 'memory' }),
  );
  const directory = (run.directory ??= new Map());
  const building = new Map<string, Promise<SharedAccount | null>>();
  const users = new WeakMap<Client, UserFacts>();
  const seconds = (): number => Math.floor(srv.clock.now() / 1000);

  for (const name of ['$G', '$SYS']) {
    const shared = createShared(name);
    shared.core = coreAccount(srv, name);
    directory.set(name, shared);
  }

  const verified = async (jwt: string): Promise<AccountClaims> => {
    const claims = await decodeAs(jwt, 'account');
    if (!trusted.has(claims.iss)) throw new Error('account validation failed');
    if (isBlocking(await validate(claims, seconds()), true)) throw new Error('account validation failed');
    return claims;
  };

  const signersOf = (claims: AccountClaims): AccountFacts['signers'] => {
    const out = new Map(claims.nats.signing_keys);
    if (!strict.has(claims.iss)) out.set(claims.sub, null);
    return out;
  };

  /** Puts claims in force: the account's own part at once, then its imports. */
  const apply = async (account: SharedAccount, claims: AccountClaims, jwt: string): Promise<void> => {
    await decodeActivations(claims.nats.imports);
    const before = factsOf(account);
    srv.clock.cancel(before?.expiry);
    const facts: AccountFacts = {
      jwt,
      claims,
      signers: signersOf(claims),
      defaultPermissions: permissionsOf(claims.nats.default_permissions),
      incomplete: false,
      expiry: null,
    };
    account.claims = facts;
    account.expired = false;
    account.checkActivation = activationCheck(srv, account, () => recheckImporters(srv, account, directory.values()));
    if (claims.exp !== 0) {
      facts.expiry = srv.clock.after(Math.max(0, (Number(claims.exp) - seconds()) * 1000), () => expire(account));
    }
    applyOwn(srv, account, claims);
    for (const i of claims.nats.imports) await partial(i.account);
    facts.incomplete = applyImports(srv, account, claims, (name) => directory.get(name) ?? null).length > 0;
    recheckImporters(srv, account, directory.values());
    for (const other of directory.values()) {
      const f = factsOf(other);
      if (other === account || f === null || !f.incomplete) continue;
      f.incomplete = applyImports(srv, other, f.claims, (name) => directory.get(name) ?? null).length > 0;
    }
    if (before !== null) recheckClients(account, facts, before);
    run.onAccounts?.();
    srv.flush();
  };

  const create = (name: string): SharedAccount => {
    const account = createShared(name);
    account.core = coreAccount(srv, name);
    account.core.more = account;
    directory.set(name, account);
    activate(srv, account);
    return account;
  };

  const build = async (name: string): Promise<SharedAccount | null> => {
    const jwt = await resolver.fetch(name);
    if (jwt === null) {
      log('debug', `Account fetch failed: no JWT for ${name}`);
      return null;
    }
    try {
      const claims = await verified(jwt);
      if (claims.sub !== name) throw new Error('account validation failed');
      const account = create(name);
      await apply(account, claims, jwt);
      return account;
    } catch (error) {
      log('debug', `Account JWT lookup error: ${error instanceof Error ? error.message : error}`);
      return null;
    }
  };

  const pending = (name: string): Promise<SharedAccount | null> => {
    let made = building.get(name);
    if (made === undefined) {
      made = build(name).finally(() => building.delete(name));
      building.set(name, made);
    }
    return made;
  };

  /** For imports: an account that is being built counts as there, so that imports may go round in circles. */
  const partial = async (name: string): Promise<void> => {
    if (!directory.has(name) && !building.has(name)) await pending(name);
  };

  const lookup = async (name: string): Promise<SharedAccount | null> => {
    const waiting = building.get(name);
    if (waiting !== undefined) return waiting;
    const known = directory.get(name);
    if (known === undefined) return pending(name);
    if (!known.expired) return known;
    const jwt = await resolver.fetch(name);
    if (jwt === null || jwt === factsOf(known)?.jwt) return null;
    try {
      await apply(known, await verified(jwt), jwt);
      return known;
    } catch {
      return null;
    }
  };

  const expire = (account: SharedAccount): void => {
    account.expired = true;
    for (const c of [...account.core!.clients]) {
      sendErr(c, 'Account Authentication Expired');
      closeClient(c, 'Authentication Expired');
    }
    srv.flush();
  };

  /** After an account changed: who is connected must still be allowed to be, within the new limits. */
  const recheckClients = (account: SharedAccount, facts: AccountFacts, before: AccountFacts): void => {
    const core = account.core!;
    const { revocations, limits } = facts.claims.nats;
    const altered = new Set<string>();
    for (const [key, scope] of before.signers) {
      if (!facts.signers.has(key)) altered.add(key);
      else if (JSON.stringify(scope, bigints) !== JSON.stringify(facts.signers.get(key), bigints)) altered.add(key);
    }
    let count = 0;
    for (const c of [...core.clients].sort((a, b) => a.startedAt - b.startedAt)) {
      if (core.maxConnections >= 0 && count >= core.maxConnections) {
        sendErr(c, 'maximum account active connections exceeded');
        closeClient(c, 'Maximum Account Connections Exceeded');
        continue;
      }
      count++;
      const user = users.get(c);
      applyLimits(c, user?.maxPayload ?? -1, user?.maxSubs ?? -1);
      if (c.maxSubs >= 0 && c.subs.size >= c.maxSubs) {
        maxSubsExceeded(c);
        closeClient(c, 'Maximum Subscriptions Exceeded');
        continue;
      }
      if (user === undefined) continue;
      if (user.claims.nats.bearer_token && limits.disallow_bearer) refuseLogin(c);
      else if (isRevoked(revocations, user.claims.sub, user.claims.iat)) {
        sendErr(c, 'User Authentication Revoked');
        closeClient(c, 'Credentials Revoked');
      } else if (user.signer !== '' && altered.has(user.signer)) closeClient(c, 'Authentication Failure');
      else if (!user.ownPermissions && facts.defaultPermissions !== before.defaultPermissions) {
        register(c, {
          account: core,
          permissions: facts.defaultPermissions,
          maxPayload: user.maxPayload,
          maxSubs: user.maxSubs,
        });
        applyFlags(c);
      }
    }
  };

  const mode: OperatorMode = {
    operators,
    resolver,
    lookup,
    async push(jwt, name) {
      const claims = await decodeAs(jwt, 'account');
      if (isBlocking(await validate(claims, seconds()), false)) throw new Error('jwt validation failed');
      if (name !== null && claims.sub !== name) throw new Error('subject does not match jwt content');
      if (!trusted.has(claims.iss)) {
        const own = operators.some((o) => o.sub === claims.iss);
        throw new Error(own ? 'operator requires issuer to be a signing key' : 'not trusted');
      }
      if (resolver.store === null) throw new Error('the resolver only reads');
      await resolver.store(claims.sub, jwt);
      const known = directory.get(claims.sub);
      if (known !== undefined) await apply(known, claims, jwt);
      return claims.sub;
    },
    disable(name) {
      const account = directory.get(name);
      if (account === undefined) return;
      account.core!.maxConnections = account.core!.maxSubs = account.core!.maxPayload = 0;
      expire(account);
    },
    async preload(from) {
      for (const [key, jwt] of Object.entries(from.operator?.preload ?? {})) {
        const claims = await decodeAs(jwt, 'account').catch((error: unknown) => {
          throw new Error(
            `preload account error for ${JSON.stringify(key)}: ${error instanceof Error ? error.message : error}`,
          );
        });
        const issues = await validate(claims, seconds());
        if (isBlocking(issues, true)) {
          log('warn', `Account [${key}] has validation issues:`);
          for (const i of issues) log('warn', `  - ${i.text}`);
        }
        await resolver.store?.(key, jwt);
      }
    },
    async refresh() {
      for (const account of [...directory.values()]) {
        const facts = factsOf(account);
        if (facts === null) continue;
        const jwt = await resolver.fetch(account.name);
        try {
          if (jwt === null) throw new Error('removed');
          if (jwt !== facts.jwt) await apply(account, await verified(jwt), jwt);
        } catch {
          log('info', `Reloaded: deleting account [removed]: ${JSON.stringify(account.name)}`);
          for (const c of [...account.core!.clients]) refuseLogin(c);
          directory.delete(account.name);
          srv.accounts.delete(account.name);
        }
      }
    },
  };
  modes.set(run, mode);
  await mode.preload(options);
  announce(run, operators);
  const system = options.systemAccount || operators[0]?.nats.system_account || '';
  if (system !== '') {
    let found = await lookup(system);
    if (found === null) {
      if (resolver.kind === 'memory') throw new Error(`error resolving system account: account missing (${system})`);
      log('info', 'Using bootstrapping system account');
      found = create(system);
    }
    srv.systemAccount = found.core!;
    addSystemExports(found);
    if (system !== '$SYS') {
      srv.accounts.delete('$SYS');
      directory.delete('$SYS');
    }
  } else if (operators.length > 0) log('warn', 'Trusted Operators should utilize a System Account');
  srv.auth = operatorLogin(run, lookup, users);
  const { startPushes } = await import('./pushes.ts');
  startPushes(run, mode);
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function announce({ srv }: Running, operators: readonly OperatorClaims[]): void {
  const log = srv.logger;
  if (log === null || operators.length === 0) return;
  const date = (s: number | bigint): string => new Date(Number(s) * 1000).toISOString();
  log.log('info', 'Trusted Operators');
  for (const o of operators) {
    log.log('info', `  System  : ${JSON.stringify(o.aud)}`);
    log.log('info', `  Operator: ${JSON.stringify(o.name)}`);
    log.log('info', `  Issued  : ${date(o.iat)}`);
    log.log('info', `  Expires : ${o.exp === 0 ? 'Never' : date(o.exp)}`);
  }
}

/** New preloads and resolver contents after a reload. */
export async function reloadOperatorMode(run: Running, next: ServerOptions): Promise<void> {
  const mode = operatorModeOf(run);
  if (mode === null) return;
  await mode.preload(next);
  await mode.refresh();
}
