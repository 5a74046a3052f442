/** Who may connect, in configured (not operator) mode: users, nkeys, one shared login, certificates, trusted proxies. */
import type { Account, Authenticator, Client, ServerState, Verdict } from '../core/types.ts';
import type { PermissionOptions, ServerOptions, UserOptions } from '../options.ts';
import { connectionAllowed, register } from './register.ts';
import { isBcrypt, sameSecret } from './secrets.ts';

/** A configured user with the account it belongs to. */
export interface UserEntry {
  readonly options: UserOptions;
  readonly account: Account;
  readonly permissions: PermissionOptions | null;
}

export interface LoginTable {
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly nkeys: ReadonlyMap<string, UserEntry>;
  /** User for connections without credentials, '' for none. */
  readonly noAuthUser: string;
  /** The no-auth user was made up because only the system account has users: INFO still asks for a login. */
  readonly quietNoAuth: boolean;
}

const REFUSED: Verdict = { ok: false };
const NO_PROXY: Verdict = { ok: false, reason: 'Proxy Required' };
const BAD_PROXY: Verdict = { ok: false, reason: 'Proxy Not Trusted' };

/** Hook points of parts that are loaded only when configured. */
export interface LoginParts {
  /** Name of the configured user a client certificate stands for. */
  readonly userOfCertificate?: (c: Client, users: ReadonlyMap<string, UserEntry>) => string | null;
  /** Asks the auth callout service; `verdict` is what the configuration alone says. */
  readonly callout?: (c: Client, verdict: Verdict) => Promise<Verdict>;
}

/** Collects the users of all accounts. */
export function loginTable(srv: ServerState, options: ServerOptions): LoginTable {
  const users = new Map<string, UserEntry>();
  const nkeys = new Map<string, UserEntry>();
  const add = (list: readonly UserOptions[] | undefined, account: Account): void => {
    for (const u of list ?? []) {
      const entry = { options: u, account, permissions: withResponses(u.permissions) };
      if (u.nkey !== undefined && u.nkey !== '') nkeys.set(u.nkey, entry);
      else users.set(u.user ?? '', entry);
    }
  };
  add(options.auth?.users, srv.globalAccount);
  for (const [name, o] of Object.entries(options.accounts ?? {})) {
    const account = srv.accounts.get(name);
    if (account !== undefined) add(o.users, account);
  }
  let noAuthUser = options.noAuthUser ?? '';
  let quietNoAuth = false;
  const names = Object.keys(options.accounts ?? {});
  const system = options.systemAccount ?? (names.includes('$SYS') ? '$SYS' : '');
  if (noAuthUser === '' && system !== '' && options.auth === undefined && names.length === 1 && names[0] === system) {
    // Only the system account was given users: everybody else keeps using the default account without a login.
    noAuthUser = `nats-${Math.random().toString(36).slice(2, 10)}`;
    quietNoAuth = true;
    users.set(noAuthUser, {
      options: { user: noAuthUser, password: '' },
      account: srv.globalAccount,
      permissions: null,
    });
  }
  return { users, nkeys, noAuthUser, quietNoAuth };
}

/** Responses allowed without a list of subjects: nothing else may be published. */
function withResponses(p: PermissionOptions | undefined): PermissionOptions | null {
  if (p === undefined) return null;
  if (p.responses === undefined) return p;
  const responses = { max: p.responses.max || 1, expires: p.responses.expires || 120_000 };
  return { ...p, responses, publish: { ...p.publish, allow: p.publish?.allow ?? [] } };
}

/** Null when everybody may connect. */
export function configuredLogin(
  srv: ServerState,
  options: ServerOptions,
  table: LoginTable,
  parts: LoginParts = {},
): Authenticator | null {
  const auth = options.auth ?? {};
  const { users, nkeys, noAuthUser } = table;
  const named = users.size > 0 || nkeys.size > 0 || auth.users !== undefined;
  const simple = Boolean(auth.user) || Boolean(auth.token);
  if (!named && !simple && parts.callout === undefined) return null;

  const finish = (c: Client, entry: UserEntry): Verdict =>
    register(c, { account: entry.account, permissions: entry.permissions });

  const byNkey = async (c: Client, entry: UserEntry): Promise<Verdict> => {
    const o = c.options;
    if (o.nkey !== noAuthUser) {
      const { signed } = await import('./signature.ts');
      if (!(await signed(o.nkey, c.nonce, o.sig))) return REFUSED;
    }
    return finish(c, entry);
  };

  const byPassword = (c: Client, entry: UserEntry): Verdict | Promise<Verdict> => {
    const same = sameSecret(entry.options.password ?? '', c.options.pass);
    if (typeof same === 'boolean') return same ? finish(c, entry) : REFUSED;
    return same.then((ok) => (ok ? finish(c, entry) : REFUSED));
  };

  const shared = (c: Client): Verdict | Promise<Verdict> => {
    const o = c.options;
    if (auth.proxyRequired === true && c.proxyKey === '') return NO_PROXY;
    let same: boolean | Promise<boolean> = false;
    if (auth.token) same = sameSecret(auth.token, o.auth_token);
    else if (auth.user) same = o.user === auth.user && sameSecret(auth.password ?? '', o.pass);
    const grant = { account: srv.globalAccount, permissions: null };
    if (typeof same === 'boolean') return same ? register(c, grant) : REFUSED;
    return same.then((ok) => (ok ? register(c, grant) : REFUSED));
  };

  const decide = (c: Client): Verdict | Promise<Verdict> => {
    const o = c.options;
    const anonymous = o.user === '' && o.pass === '' && o.auth_token === '';
    let entry: UserEntry | undefined;
    if (nkeys.size > 0) {
      if (noAuthUser !== '' && anonymous && o.nkey === '' && nkeys.has(noAuthUser)) o.nkey = noAuthUser;
      if (o.nkey !== '') {
        entry = nkeys.get(o.nkey);
        if (entry === undefined || !connectionAllowed(c, entry.options.connectionTypes)) return REFUSED;
        if (entry.options.proxyRequired === true && c.proxyKey === '') return NO_PROXY;
        return byNkey(c, entry);
      }
    }
    if (users.size > 0) {
      if (parts.userOfCertificate !== undefined) {
        const name = parts.userOfCertificate(c, users);
        entry = name === null ? undefined : users.get(name);
        if (entry === undefined || !connectionAllowed(c, entry.options.connectionTypes)) return REFUSED;
        o.user = name!;
      } else {
        if (noAuthUser !== '' && anonymous && users.has(noAuthUser)) {
          entry = users.get(noAuthUser);
          o.user = noAuthUser;
          if (!connectionAllowed(c, entry!.options.connectionTypes)) return REFUSED;
          if (entry!.options.proxyRequired === true && c.proxyKey === '') return NO_PROXY;
          return finish(c, entry!);
        }
        if (o.user !== '') {
          entry = users.get(o.user);
          if (entry === undefined || !connectionAllowed(c, entry.options.connectionTypes)) return REFUSED;
        }
      }
      if (entry !== undefined) {
        if (entry.options.proxyRequired === true && c.proxyKey === '') return NO_PROXY;
        return byPassword(c, entry);
      }
    }
    return shared(c);
  };

  const trusted = options.trustedProxies ?? [];
  const checkProxy = async (c: Client): Promise<boolean> => {
    const { signed } = await import('./signature.ts');
    for (const key of trusted) {
      if (await signed(key, c.nonce, c.options.proxy_sig)) {
        c.proxyKey = key;
        return true;
      }
    }
    return false;
  };

  const withProxy = (c: Client): Verdict | Promise<Verdict> => {
    if (c.options.proxy_sig === '' || trusted.length === 0) return decide(c);
    return checkProxy(c).then((ok) => (ok ? decide(c) : BAD_PROXY));
  };

  return {
    required: true,
    nonce: nkeys.size > 0 || trusted.length > 0,
    anonymous: noAuthUser !== '',
    shownAsRequired: noAuthUser === '' || table.quietNoAuth,
    login(c) {
      // The client no longer talks as whom it was before.
      c.options.jwt = '';
      const verdict = withProxy(c);
      if (parts.callout === undefined) return verdict;
      return Promise.resolve(verdict).then((v) => parts.callout!(c, v));
    },
  };
}

/** Whether the log should warn about secrets in plain text. */
export function plainSecrets(options: ServerOptions, certificates: boolean): boolean {
  const auth = options.auth;
  if (auth?.password && !isBcrypt(auth.password)) return true;
  const lists = [auth?.users ?? [], ...Object.values(options.accounts ?? {}).map((a) => a.users ?? [])];
  return lists.flat().some((u) => {
    if (u.nkey) return false;
    if (!u.password && certificates) return false;
    return !isBcrypt(u.password ?? '');
  });
}
