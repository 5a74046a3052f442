/** Rules between options that no single value shows: nats-server's validateOptions. */
import type { ServerOptions, UserOptions } from '../options.ts';

/** Everything that keeps these options from working together, one sentence each. */
export async function checkOptions(options: ServerOptions): Promise<string[]> {
  const out: string[] = [];
  const duck = options.lameDuckDuration ?? 120_000;
  const grace = options.lameDuckGracePeriod ?? 10_000;
  if (duck > 0 && grace >= duck) {
    out.push(
      `lame duck grace period (${grace / 1000}s) should be strictly lower than lame duck duration (${duck / 1000}s)`,
    );
  }
  const payload = options.maxPayload ?? 1024 * 1024;
  const pending = options.maxPending || 64 * 1024 * 1024;
  if (payload > pending) out.push(`max_payload (${payload}) cannot be higher than max_pending (${pending})`);
  users(options, out);
  const operators = (options.operator?.operators?.length ?? 0) + (options.operator?.trustedKeys?.length ?? 0);
  if (operators > 0) operatorMode(options, out);
  else if (options.operator?.defaultSentinel) out.push('default sentinel requires operators and accounts');
  noAuthUser(options, options.noAuthUser, out);
  const ws = options.websocket;
  if (ws !== undefined && ws.port !== 0) {
    if (ws.tls === undefined && ws.noTls !== true) out.push('websocket requires TLS configuration');
    noAuthUser(options, ws.noAuthUser, out);
    const named = allUsers(options).length > 0;
    if (named && ws.auth?.user)
      out.push('websocket authentication username not compatible with presence of users/nkeys');
    if (named && ws.auth?.token) out.push('websocket authentication token not compatible with presence of users/nkeys');
    if (ws.jwtCookie && operators === 0)
      out.push('trusted operators or trusted keys configuration is required for JWT authentication via cookie');
  }
  if (out.length === 0 && options.accounts !== undefined) {
    const { checkAccounts } = await import('../accounts/build.ts');
    out.push(...checkAccounts(options));
  }
  return out;
}

function allUsers(options: ServerOptions): UserOptions[] {
  return [
    ...(options.auth?.users ?? []),
    ...Object.values(options.accounts ?? {}).flatMap((a) => [...(a.users ?? [])]),
  ];
}

function users(options: ServerOptions, out: string[]): void {
  const auth = options.auth;
  const list = allUsers(options);
  const seen = new Set<string>();
  for (const u of list) {
    const name = u.nkey ?? u.user ?? '';
    if (seen.has(name))
      out.push(`Duplicate ${u.nkey === undefined ? 'user' : 'nkey'} ${JSON.stringify(name)} detected`);
    seen.add(name);
  }
  if (auth === undefined) return;
  if (auth.users !== undefined || list.length > 0) {
    if (auth.user) out.push('Can not have a single user/pass and a users array');
    if (auth.token) out.push('Can not have a token and a users array');
  }
  if (auth.callout !== undefined) {
    for (const name of auth.callout.allowedAccounts ?? []) {
      if (options.accounts?.[name] === undefined) {
        out.push(`auth_callout allowed account ${JSON.stringify(name)} not found in configured accounts`);
      }
    }
  }
}

function noAuthUser(options: ServerOptions, name: string | undefined, out: string[]): void {
  if (!name) return;
  if ((options.operator?.operators?.length ?? 0) > 0) {
    out.push('no_auth_user not compatible with Trusted Operator');
    return;
  }
  const list = allUsers(options);
  if (list.length === 0) out.push(`no_auth_user: "${name}" present, but users/nkeys are not defined`);
  else if (!list.some((u) => (u.nkey ?? u.user) === name)) {
    out.push(`no_auth_user: "${name}" not present as user or nkey in authorization block or account configuration`);
  }
}

function operatorMode(options: ServerOptions, out: string[]): void {
  const op = options.operator!;
  const resolver = op.resolver !== undefined || op.preload !== undefined;
  if ((op.operators?.length ?? 0) > 0 && !resolver) out.push('operators require an account resolver to be configured');
  if (Object.keys(options.accounts ?? {}).length > 0) {
    out.push('operators do not allow Accounts to be configured directly');
  }
  if ((options.auth?.users?.length ?? 0) > 0) out.push('operators do not allow users to be configured directly');
  if ((op.operators?.length ?? 0) > 0 && (op.trustedKeys?.length ?? 0) > 0) {
    out.push("conflicting options for 'TrustedKeys' and 'TrustedOperators'");
  }
}
