/** INFO, CONNECT, PING and PONG: the life of a connection before and between its messages. */
import { closeClient } from './close.ts';
import { send, sendErr } from './out.ts';
import { refuse } from './refuse.ts';
import { hold, receive } from './scanner.ts';
import { sendOk, unsubscribe } from './subs.ts';
import {
  type Client,
  type ConnectOptions,
  IN_MAPPED,
  IN_PEDANTIC,
  IN_PERMS,
  IN_TRACE,
  IN_VERBOSE,
  OUT_NO_HEADERS,
  OUT_REPLIES,
  OUT_TRACE,
  type Verdict,
} from './types.ts';

/** Level of the JetStream API the server's protocol corresponds to; INFO has it whether JetStream is on or not. */
const API_LEVEL = 5;

export const defaultConnect: ConnectOptions = {
  echo: true,
  verbose: true,
  pedantic: true,
  tls_required: false,
  nkey: '',
  jwt: '',
  sig: '',
  auth_token: '',
  user: '',
  pass: '',
  name: '',
  lang: '',
  version: '',
  protocol: 0,
  account: '',
  new_account: false,
  headers: false,
  no_responders: false,
  proxy_sig: '',
};

/** The INFO line for one client, fields in the order of nats-server 2.15. */
export function infoLine(
  c: Client,
  extra: { connectInfo?: boolean; lameDuck?: boolean; hideHost?: boolean } = {},
): string {
  const srv = c.srv;
  const { kind } = c.wire.peer;
  const ws = kind === 'websocket';
  const auth = srv.auth?.shownAsRequired === true || (ws && srv.auth?.websocket === true);
  const first = c.wire.tls?.()?.first === true;
  const urls = ws ? srv.wsConnectUrls : srv.connectUrls;
  const info = {
    server_id: srv.id,
    server_name: srv.options.name,
    version: srv.version,
    proto: 1,
    go: srv.runtime,
    host: srv.host,
    port: srv.port,
    headers: !srv.options.noHeaders,
    auth_required: auth || undefined,
    tls_required: (srv.tls.required && kind !== 'in-process') || first || undefined,
    tls_verify: srv.tls.verify || undefined,
    tls_available: (srv.tls.available && kind !== 'in-process') || undefined,
    max_payload: c.maxPayload,
    client_id: c.cid,
    client_ip: extra.hideHost === true ? undefined : c.peerHost || undefined,
    nonce: c.nonce || undefined,
    connect_urls: urls.length > 0 ? urls : undefined,
    ldm: extra.lameDuck === true || undefined,
    connect_info: extra.connectInfo === true || undefined,
    remote_account: extra.connectInfo === true ? c.account.name : undefined,
    acc_is_sys: (extra.connectInfo === true && c.account === srv.systemAccount) || undefined,
    api_lvl: API_LEVEL,
    xkey: srv.xkey,
  };
  return `INFO ${Buffer.from(JSON.stringify(info), 'utf8').toString('latin1')} \r\n`;
}

export function sendInfo(c: Client, hideHost = false): void {
  send(c, infoLine(c, { hideHost }));
}

/** Handles CONNECT; returns false when the rest of the read has to wait or the client is gone. */
export function processConnect(c: Client, json: string): boolean {
  const srv = c.srv;
  if (srv.logger?.trace) srv.logger.log('trace', `${c.label} - <<- [CONNECT ${redact(json)}]`);
  const again = c.connectReceived;
  const problem = readOptions(c.options, json);
  if (problem !== null) return refuse(c, problem);
  if (c.wire.credentials !== undefined) takeCredentials(c.options, c.wire.credentials);
  const now = srv.clock.now();
  c.lastActivity = now;
  srv.clock.cancel(c.authTimer);
  c.authTimer = null;
  c.rtt = Math.max(now - c.startedAt, 0.001);
  firstPing(c, now);
  c.connectReceived = true;
  const o = c.options;
  c.echo = o.echo;
  c.headers = !srv.options.noHeaders && o.headers;
  if (again) leaveAccount(c);
  const verdict = srv.auth === null ? ACCEPTED : srv.auth.login(c);
  if (verdict instanceof Promise) return waitFor(c, verdict, again);
  return settle(c, verdict, again);
}

/** What the transport brought along counts where CONNECT says nothing. */
function takeCredentials(o: ConnectOptions, given: NonNullable<Client['wire']['credentials']>): void {
  for (const key of ['jwt', 'user', 'pass', 'auth_token'] as const) if (o[key] === '') o[key] = given[key] ?? '';
}

const ACCEPTED: Verdict = { ok: true };

function waitFor(c: Client, verdict: Promise<Verdict>, again: boolean): false | true {
  c.phase = 'held';
  c.wire.pause();
  verdict
    .catch((error: unknown): Verdict => {
      c.srv.logger?.log('error', `${c.label} - ${String(error)}`);
      return { ok: false };
    })
    .then((v) => {
      if (c.phase !== 'held') return;
      c.phase = 'open';
      const held = c.held ?? [];
      c.held = null;
      if (settle(c, v, again)) {
        for (const [i, chunk] of held.entries()) {
          if (c.phase === 'open') receive(c, chunk);
          else if ((c.phase as string) === 'held') for (const rest of held.slice(i)) hold(c, rest, 0);
        }
        if (c.phase === 'open') c.wire.resume();
      }
      c.srv.flush();
    });
  return true;
}

function settle(c: Client, verdict: Verdict, again: boolean): boolean {
  const srv = c.srv;
  if (!verdict.ok) {
    if (verdict.told !== true) refuseLogin(c, verdict);
    return false;
  }
  const o = c.options;
  if (o.new_account || o.account !== '') {
    refuseLogin(c);
    return false;
  }
  applyFlags(c);
  if (!again) {
    nameClient(c);
    srv.emit('connect', { client: c });
  }
  if (c.phase !== 'open') return false;
  if (o.protocol < 0 || o.protocol > 1) {
    sendErr(c, 'invalid client protocol');
    closeClient(c, 'Bad Client Protocol Version');
    return false;
  }
  if (o.no_responders && !c.headers) {
    sendErr(c, 'no responders requires headers support');
    closeClient(c, 'No Responders Requires Headers');
    return false;
  }
  c.noResponders = o.no_responders;
  if (o.verbose) sendOk(c);
  return true;
}

/** Recomputes what makes this client leave the fast paths; after login, reload and changes of its account. */
export function applyFlags(c: Client): void {
  const o = c.options;
  const trace = c.srv.logger?.trace === true;
  const perms = c.permissions;
  const deny = c.outFlags & 3;
  c.inFlags =
    (o.verbose ? IN_VERBOSE : 0) |
    (o.pedantic ? IN_PEDANTIC : 0) |
    (perms !== null ? IN_PERMS : 0) |
    (c.account.mapSubject !== null ? IN_MAPPED : 0) |
    (trace ? IN_TRACE : 0);
  c.outFlags =
    deny |
    (trace ? OUT_TRACE : 0) |
    (c.headers ? 0 : OUT_NO_HEADERS) |
    (perms !== null && perms.trackReply !== null ? OUT_REPLIES : 0);
}

/** A second CONNECT starts over: subscriptions of the first login do not move along. */
function leaveAccount(c: Client): void {
  for (const sub of [...c.subs.values()]) unsubscribe(c, sub, true);
  c.account.clients.delete(c);
  c.account = c.srv.globalAccount;
  c.account.clients.add(c);
  c.permissions = null;
}

/** Something else than CONNECT came first. True when the server lets such clients in. */
export function authViolation(c: Client): boolean {
  const auth = c.srv.auth;
  if (auth?.anonymous === true) {
    c.srv.clock.cancel(c.authTimer);
    c.authTimer = null;
    c.connectReceived = true;
    const verdict = auth.login(c);
    if (!(verdict instanceof Promise) && verdict.ok) {
      applyFlags(c);
      return true;
    }
    c.connectReceived = false;
  }
  refuseLogin(c);
  return false;
}

/** Tells the client and closes; the verdict's reason is what connz will show. */
export function refuseLogin(c: Client, verdict: Exclude<Verdict, { ok: true }> = { ok: false }): void {
  const reason = verdict.reason ?? 'Authentication Failure';
  const who = userLabel(c);
  c.srv.logger?.log('error', `${c.label} - authentication error${who === '' ? '' : ` - ${who}`}`);
  sendErr(c, 'Authorization Violation');
  const { account = c.account, accountReason = reason } = verdict;
  c.srv.emit('auth', { client: c, reason, account, accountReason });
  closeClient(c, reason);
}

/** Who tried to log in, as log lines name it. */
export function userLabel(c: Client): string {
  const o = c.options;
  if (o.nkey !== '') return `Nkey "${o.nkey}"`;
  if (o.user !== '') return `User "${o.user}"`;
  if (o.jwt !== '') return `JWT User "${c.identity?.publicKey ?? ''}"`;
  if (o.auth_token !== '') return 'Token "[REDACTED]"';
  return '';
}

function nameClient(c: Client): void {
  const o = c.options;
  let lib = o.version === '' ? '' : `v${o.version}`;
  for (const part of [o.lang, o.name]) if (part !== '') lib = lib === '' ? part : `${lib}:${part}`;
  const who = shortLabel(c);
  const account = c.account.name;
  if (lib !== '') c.label += ` - "${lib}"`;
  if (who !== '') c.label += ` - "${account}/${who}"`;
}

function shortLabel(c: Client): string {
  const o = c.options;
  if (o.nkey !== '') return `nkey:${o.nkey}`;
  if (o.user !== '') return `user:${o.user}`;
  if (o.jwt !== '') return `jwt:${c.identity?.publicKey ?? ''}`;
  return o.auth_token === '' ? '' : 'token';
}

export function processPing(c: Client): void {
  const srv = c.srv;
  if (srv.logger?.trace) srv.logger.log('trace', `${c.label} - ->> [PONG]`);
  send(c, 'PONG\r\n');
  c.lastIn = srv.clock.now();
  if (!c.connectReceived || c.firstPongSent) return;
  c.firstPongSent = true;
  if (c.options.protocol >= 1) send(c, infoLine(c, { connectInfo: true }));
}

export function processPong(c: Client): void {
  c.pingsOut = 0;
  if (c.pingSentAt > 0) c.rtt = Math.max(performance.now() - c.pingSentAt, 0.001);
}

/** The first PING comes early, to learn the round trip; up to 20% later so that clients do not march in step. */
function firstPing(c: Client, now: number): void {
  const { pingInterval, shortFirstPing } = c.srv.options;
  const wait = shortFirstPing ? Math.min(pingInterval, 2000) : pingInterval;
  c.pingAt = now + wait + Math.random() * (wait / 5);
}

/** Reads CONNECT's JSON over the given options; returns what is wrong with it, if anything. */
function readOptions(into: ConnectOptions, json: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (parsed === null) return null;
  if (typeof parsed !== 'object' || Array.isArray(parsed)) return 'CONNECT is not an object';
  const target = into as unknown as Record<string, unknown>;
  for (const [key, value] of Object.entries(parsed)) {
    const name = key in target ? key : key.toLowerCase();
    if (!(name in defaultConnect) || value === null) continue;
    if (typeof value !== typeof target[name]) return `CONNECT: ${name} is no ${typeof target[name]}`;
    if (typeof value === 'number' && !Number.isInteger(value)) return `CONNECT: ${name} is no whole number`;
    target[name] = value;
  }
  return null;
}

const SECRET = /"?\s*(?:auth_token\S*?|pass\S*?)"?\s*[:=]\s*"?([^",\r\n}]*)/g;
const SECRET_EXACT = /(?:^|[^A-Za-z0-9_])"?\s*(?:proxy_sig|nkey|sig)"?\s*[:=]\s*"?([^",\r\n}]*)/g;

/** CONNECT for the log: values of passwords, tokens, keys and signatures are left out. */
export function redact(json: string): string {
  let out = json;
  for (const pattern of [SECRET, SECRET_EXACT]) {
    out = out.replace(pattern, (all: string, value: string) => all.slice(0, all.length - value.length) + '[REDACTED]');
  }
  return out;
}
