/** What the server tells the system account by itself; made only for subjects somebody listens to. */
import { accountTag, authUser, KINDS, rttOf, TYPES, timeText } from '../accounts/info.ts';
import { randomText } from '../core/identity.ts';
import type { Account, Client, ServerEvents } from '../core/types.ts';
import { accountStat } from '../monitor/accounts.ts';
import { statsz } from '../monitor/server.ts';
import type { Running } from '../running.ts';
import { serverInfo } from './identity.ts';
import { tell } from './tell.ts';

const TYPE = 'io.nats.server.advisory.v1';

function typed(run: Running, name: string): { type: string; id: string; timestamp: string } {
  const id = randomText(22).replace(/[-_]/g, 'x');
  return { type: `${TYPE}.${name}`, id, timestamp: timeText(run.srv.clock.now()) };
}

function client(c: Client, stop: number): Record<string, unknown> {
  const o = c.options;
  const tags = c.identity?.tags ?? [];
  return {
    start: timeText(c.startedAt),
    host: c.peerHost || undefined,
    id: c.cid,
    acc: c.account.name,
    user: authUser(c) || undefined,
    name: o.name || undefined,
    lang: o.lang || undefined,
    ver: o.version || undefined,
    rtt: stop === 0 ? undefined : rttOf(c) || undefined,
    stop: stop === 0 ? undefined : timeText(stop),
    jwt: o.jwt || undefined,
    issuer_key: c.identity?.issuerKey || undefined,
    name_tag: accountTag(c.account) || undefined,
    tags: tags.length > 0 ? tags : undefined,
    kind: KINDS[c.kind],
    client_type: TYPES[c.wire.peer.kind],
  };
}

function gone(run: Running, c: Client, reason: string): Record<string, unknown> {
  return {
    ...typed(run, 'client_disconnect'),
    server: serverInfo(run),
    client: client(c, run.srv.clock.now()),
    sent: { msgs: c.inMsgs, bytes: c.inBytes },
    received: { msgs: c.outMsgs, bytes: c.outBytes },
    reason,
  };
}

/** Tells how many connections an account has. */
export function sendAccountConnections(run: Running, account: Account, subjects: readonly string[]): void {
  const body = { ...typed(run, 'account_connections'), server: serverInfo(run), ...accountStat(account) };
  for (const subject of subjects) tell(run, run.srv.systemAccount, subject, body);
}

export function connected(run: Running, { client: c }: ServerEvents['connect'], subject: string): void {
  const body = { ...typed(run, 'client_connect'), server: serverInfo(run), client: client(c, 0) };
  tell(run, run.srv.systemAccount, subject, body);
}

export function disconnected(run: Running, { client: c, reason }: ServerEvents['disconnect'], subject: string): void {
  tell(run, run.srv.systemAccount, subject, gone(run, c, reason));
}

/** A refused login; told in the system account, and in the account the client would have been in. */
export function refused(run: Running, c: Client, reason: string, account: Account, subject: string): void {
  tell(run, account, subject, gone(run, c, reason));
}

export async function sendHeartbeat(run: Running, subject: string): Promise<void> {
  const { systemAccount } = run.srv;
  tell(run, systemAccount, subject, { server: serverInfo(run), statsz: await statsz(run) });
}

export function sendServerInfo(run: Running, subject: string): void {
  tell(run, run.srv.systemAccount, subject, serverInfo(run));
}
