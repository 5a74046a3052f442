/** New options for a running server. What cannot change is refused before anything has changed. */
import { buildAccounts } from './accounts/build.ts';
import { activate, coreAccount, refreshShadows, unsubscribeImport } from './accounts/runtime.ts';
import { applyLimits } from './auth/register.ts';
import { prepareLogin, setupLogin } from './auth/setup.ts';
import { closeClient } from './core/close.ts';
import { broadcastInfo } from './core/ending.ts';
import { applyFlags, refuseLogin } from './core/handshake.ts';
import { sendErr } from './core/out.ts';
import { unsubscribe } from './core/subs.ts';
import { quote } from './core/text.ts';
import { type Client, OUT_DENY, type Verdict } from './core/types.ts';
import { needsKeys, type ServerOptions } from './options.ts';
import { differs, reloadedLines } from './reloaded.ts';
import { advertise, coreOptions, type Running } from './running.ts';
import { addSystemExports } from './system/exports.ts';

/** Options that stay as they were for the life of a server. */
const FIXED = [
  'host',
  'name',
  'maxPending',
  'maxSubs',
  'maxSubTokens',
  'lameDuckDuration',
  'lameDuckGracePeriod',
  'noHeaders',
  'maxClosedClients',
  'noSystemAccount',
  'monitor',
  'proxyProtocol',
  'allowNonTls',
] as const satisfies readonly (keyof ServerOptions)[];

/** The name nats-server has for an option that cannot be changed. */
const nameOf = (key: string): string => (key === 'name' ? 'ServerName' : key[0]!.toUpperCase() + key.slice(1));
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

/** Takes new options. Throws an error that names what is not reloadable; then nothing has changed. */
export async function reload(run: Running, next: ServerOptions): Promise<void> {
  const { srv } = run;
  const old = run.options;
  for (const key of FIXED) {
    if (differs(old[key], next[key])) {
      throw new Error(
        `config reload not supported for ${nameOf(key)}: old=${shown(old[key])}, new=${shown(next[key])}`,
      );
    }
  }
  const anyPort = (next.port ?? 4222) <= 0;
  if (!anyPort && (next.port ?? 4222) !== (old.port ?? 4222)) {
    throw new Error(`config reload not supported for Port: old=${old.port ?? 4222}, new=${next.port ?? 4222}`);
  }
  const operators = [...(old.operator?.operators ?? []), ...(old.operator?.trustedKeys ?? [])];
  if (differs(operators, [...(next.operator?.operators ?? []), ...(next.operator?.trustedKeys ?? [])])) {
    throw new Error('config reload not supported for trusted operators');
  }
  if ((old.tls === undefined) !== (next.tls === undefined)) {
    throw new Error('config reload not supported for tls: TLS can be changed but not turned on or off');
  }
  if (needsKeys(next)) run.keys ??= await (await import('./auth/server-keys.ts')).makeServerKeys();
  const commits = await Promise.all(run.reloaders.map((prepare) => prepare(next)));
  await prepareLogin(run, next);
  if (operators.length === 0) reloadAccounts(run, next);
  else {
    const { reloadOperatorMode } = await import('./auth/operator.ts');
    await reloadOperatorMode(run, next);
  }
  run.options = next;
  const core = coreOptions(next);
  core.name = srv.options.name;
  core.port = srv.options.port;
  Object.assign(srv.options, core);
  run.configuredAt = srv.clock.now();
  if (operators.length === 0) setupLogin(srv, next, run.loginParts);
  for (const commit of commits) commit();
  advertise(run);
  closeExcess(run);
  await Promise.all([...srv.clients.values()].map((c) => recheck(c)));
  if (differs(old.tls, next.tls) || old.clientAdvertise !== next.clientAdvertise) broadcastInfo(srv);
  srv.flush();
  if (srv.logger !== null) for (const line of reloadedLines(old, next)) srv.logger.log('info', line);
  await next.onReload?.();
  srv.logger?.log('info', `Reloaded server configuration${next.configDigest ? ` (${next.configDigest})` : ''}`);
}

/** Rebuilds accounts in place: connections, subscriptions and outstanding responses stay with their account. */
function reloadAccounts(run: Running, next: ServerOptions): void {
  const { srv } = run;
  const problems: string[] = [];
  const fresh = buildAccounts(next, (message) => problems.push(message));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const before = run.directory ?? new Map();
  for (const account of before.values()) {
    for (const list of account.serviceImports.values()) for (const si of list) unsubscribeImport(account, si);
    const core = account.core;
    if (core !== null) core.onSubscribe = core.onUnsubscribe = core.mapSubject = null;
  }
  for (const [name, account] of fresh) {
    const core = coreAccount(srv, name);
    account.core = core;
    const limits = next.accounts?.[name]?.limits;
    core.maxConnections = limits?.connections ?? -1;
    core.maxSubs = limits?.subscriptions ?? -1;
    core.maxPayload = limits?.payload ?? -1;
    const was = before.get(name);
    if (was === undefined) continue;
    account.internal = was.internal;
    account.nextSid = was.nextSid;
    account.replyPrefix = was.replyPrefix;
    for (const [k, v] of was.responses) account.responses.set(k, v);
    for (const [k, v] of was.awaited) account.awaited.set(k, v);
  }
  for (const name of before.keys()) {
    if (!fresh.has(name) && name !== '$SYS') srv.accounts.delete(name);
  }
  const system = next.systemAccount ?? '$SYS';
  srv.systemAccount = srv.accounts.get(system) ?? srv.systemAccount;
  const shared = fresh.get(srv.systemAccount.name);
  if (shared !== undefined && next.noSystemAccount !== true) addSystemExports(shared);
  run.directory = fresh;
  for (const account of fresh.values()) activate(srv, account);
  for (const account of fresh.values()) refreshShadows(account);
  run.onAccounts?.();
}

/** With a lower limit the newest connections go. */
function closeExcess(run: Running): void {
  const { srv } = run;
  const limit = srv.options.maxConnections;
  if (limit <= 0 || srv.clients.size <= limit) return;
  const newest = [...srv.clients.values()].sort((a, b) => b.cid - a.cid);
  for (const c of newest.slice(0, srv.clients.size - limit)) {
    sendErr(c, 'maximum connections exceeded');
    closeClient(c, 'Maximum Connections Exceeded');
  }
}

/** Looks at a connection with the new rules: its login, its account, its permissions, its subscriptions. */
async function recheck(c: Client): Promise<void> {
  const { srv } = c;
  if (!c.connectReceived) {
    c.authRequired = srv.auth?.required === true;
    applyLimits(c, -1, -1);
    return;
  }
  const before = c.account;
  if (!srv.accounts.has(before.name)) {
    closeClient(c, 'Client Closed');
    return;
  }
  const subs = [...c.subs.values()];
  const verdict: Verdict = srv.auth === null ? { ok: true } : await srv.auth.login(c);
  if (c.phase !== 'open') return;
  if (!verdict.ok) {
    if (verdict.told !== true) refuseLogin(c, verdict);
    return;
  }
  if (srv.auth === null && c.account !== srv.globalAccount) {
    closeClient(c, 'Client Closed');
    return;
  }
  if (c.account !== before) {
    // Its subscriptions are still in the old account: leave from there.
    c.account.clients.delete(c);
    c.account = before;
    closeClient(c, 'Client Closed');
    return;
  }
  if (srv.auth === null) {
    c.permissions = null;
    applyLimits(c, -1, -1);
  }
  c.outFlags &= ~OUT_DENY;
  applyFlags(c);
  for (const sub of subs) {
    const perms = c.permissions;
    if (perms === null) break;
    if (perms.canSubscribe(sub.subject, sub.queue)) {
      if (perms.mustFilter(sub.subject, sub.queue)) c.outFlags |= OUT_DENY;
      continue;
    }
    unsubscribe(c, sub, true);
    const using = sub.queue === null ? '' : ` using queue ${quote(sub.queue)}`;
    sendErr(c, `Permissions Violation for Subscription to ${quote(sub.subject)}${using} (sid ${quote(sub.sid)})`);
    srv.logger?.log('info', `Removed sub ${quote(sub.subject)}${using} (sid ${quote(sub.sid)}) - not authorized`);
  }
}
