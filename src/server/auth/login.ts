/** Who may connect, in configured (not operator) mode: users, nkeys, one shared login, certificates, trusted proxies. */
import type { Account, Authenticator, Client, ServerState, Verdict } from '../core/types.ts';
import type { ConnectionType, PermissionOptions, ServerOptions, TlsOptions, UserOptions } from '../options.ts';
import { afterProxy, PROXY_REQUIRED } from './proxies.ts';
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

/** Hook points of parts that are loaded only when configured. */
export interface LoginParts {
  /** Name of the configured user a client certificate stands for. */
  userOfCertificate?: (c: Client, users: ReadonlyMap<string, UserEntry>) => string | null;
  /** Asks the auth callout service; `verdict` is what the configuration alone says. */
  callout?: (c: Client, verdict: Verdict) => Promise<Verdict>;
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

/** What a listener takes for a login besides the named users. */
interface ListenerRule {
  readonly byCertificate: boolean;
  readonly noAuthUser: string;
  readonly user: string;
  readonly password: string;
  readonly token: string;
}

/** The websocket listener may have rules of its own. */
function listenerRules(
  options: ServerOptions,
  table: LoginTable,
): { readonly websocketOverrides: boolean; of(c: Client): ListenerRule } {
  const { auth = {}, websocket } = options;
  const plain: ListenerRule = {
    byCertificate: options.tls?.verifyAndMap === true,
    noAuthUser: table.noAuthUser,
    user: auth.user ?? '',
    password: auth.password ?? '',
    token: auth.token ?? '',
  };
  const own = websocket?.auth;
  const websocketOverrides = Boolean(own?.user || own?.token || websocket?.noAuthUser);
  const framed: ListenerRule = {
    ...plain,
    byCertificate: websocket?.tls?.verifyAndMap === true,
    ...(websocketOverrides
      ? {
          noAuthUser: websocket?.noAuthUser ?? '',
          user: own?.user ?? '',
          password: own?.password ?? '',
          token: own?.token ?? '',
        }
      : {}),
  };
  return { websocketOverrides, of: (c) => (c.wire.peer.kind === 'websocket' ? framed : plain) };
}

/** Null when everybody may connect. */
export function configuredLogin(
  srv: ServerState,
  options: ServerOptions,
  table: LoginTable,
  parts: LoginParts = {},
): Authenticator | null {
  const auth = options.auth ?? {};
  const { users, nkeys } = table;
  const named = users.size > 0 || nkeys.size > 0 || auth.users !== undefined;
  const simple = Boolean(auth.user) || Boolean(auth.token);
  const required = named || simple || parts.callout !== undefined;
  const rules = listenerRules(options, table);
  if (!required && !rules.websocketOverrides) return null;

  const finish = (c: Client, entry: UserEntry): Verdict =>
    register(c, { account: entry.account, permissions: entry.permissions });

  const byNkey = async (c: Client, entry: UserEntry, anonymous: boolean): Promise<Verdict> => {
    const o = c.options;
    if (!anonymous) {
      const { signed } = await import('./signature.ts');
      if (!(await signed(o.nkey, c.nonce, o.sig))) return REFUSED;
    }
    c.identity = { issuerKey: entry.account.name };
    return finish(c, entry);
  };

  /** A user without a password is meant for certificates, on whichever listener maps them. */
  const onlyByCertificate = ({ options: u }: UserEntry): boolean => {
    const maps = (listener: { tls?: TlsOptions } | undefined, type: ConnectionType): boolean =>
      listener?.tls?.verifyAndMap === true && (u.connectionTypes === undefined || u.connectionTypes.includes(type));
    return !u.password && (maps(options, 'STANDARD') || maps(options.websocket, 'WEBSOCKET'));
  };

  const byPassword = (c: Client, entry: UserEntry): Verdict | Promise<Verdict> => {
    const same = sameSecret(entry.options.password ?? '', c.options.pass);
    if (typeof same === 'boolean') return same ? finish(c, entry) : REFUSED;
    return same.then((ok) => (ok ? finish(c, entry) : REFUSED));
  };

  const shared = (c: Client, rule: ListenerRule): Verdict | Promise<Verdict> => {
    const o = c.options;
    if (auth.proxyRequired === true && c.proxyKey === '') return PROXY_REQUIRED;
    let same: boolean | Promise<boolean> = false;
    if (rule.token) same = sameSecret(rule.token, o.auth_token);
    else if (rule.user) same = o.user === rule.user && sameSecret(rule.password, o.pass);
    const grant = { account: srv.globalAccount, permissions: null };
    if (typeof same === 'boolean') return same ? register(c, grant) : REFUSED;
    return same.then((ok) => (ok ? register(c, grant) : REFUSED));
  };

  const decide = (c: Client): Verdict | Promise<Verdict> => {
    const o = c.options;
    const anonymous = o.user === '' && o.pass === '' && o.auth_token === '';
    const rule = rules.of(c);
    const { noAuthUser } = rule;
    let entry: UserEntry | undefined;
    if (nkeys.size > 0) {
      if (noAuthUser !== '' && anonymous && o.nkey === '' && nkeys.has(noAuthUser)) o.nkey = noAuthUser;
      if (o.nkey !== '') {
        entry = nkeys.get(o.nkey);
        if (entry === undefined || !connectionAllowed(c, entry.options.connectionTypes)) return REFUSED;
        if (entry.options.proxyRequired === true && c.proxyKey === '') return PROXY_REQUIRED;
        return byNkey(c, entry, o.nkey === noAuthUser);
      }
    }
    if (users.size > 0) {
      if (rule.byCertificate) {
        const name = parts.userOfCertificate?.(c, users) ?? null;
        entry = name === null ? undefined : users.get(name);
        if (entry === undefined || !connectionAllowed(c, entry.options.connectionTypes)) return REFUSED;
        o.user = name!;
      } else {
        if (noAuthUser !== '' && anonymous && users.has(noAuthUser)) {
          entry = users.get(noAuthUser);
          o.user = noAuthUser;
          if (!connectionAllowed(c, entry!.options.connectionTypes)) return REFUSED;
          if (entry!.options.proxyRequired === true && c.proxyKey === '') return PROXY_REQUIRED;
          return finish(c, entry!);
        }
        if (o.user !== '') {
          entry = users.get(o.user);
          if (entry === undefined || !connectionAllowed(c, entry.options.connectionTypes)) return REFUSED;
        }
      }
      if (entry !== undefined) {
        if (!rule.byCertificate && onlyByCertificate(entry)) return REFUSED;
        if (entry.options.proxyRequired === true && c.proxyKey === '') return PROXY_REQUIRED;
        return byPassword(c, entry);
      }
    }
    return shared(c, rule);
  };

  const trusted = options.trustedProxies ?? [];
  const withProxy = afterProxy(trusted, decide);
  const { noAuthUser } = table;
  return {
    required,
    websocket: rules.websocketOverrides,
    nonce: nkeys.size > 0 || trusted.length > 0,
    anonymous: noAuthUser !== '',
    shownAsRequired: required && (noAuthUser === '' || table.quietNoAuth),
    login(c) {
      if (!required && c.wire.peer.kind !== 'websocket')
        return register(c, { account: srv.globalAccount, permissions: null });
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
