/** What is known about a connection, while it is open and after it was closed. */
import { accountTag, authUser, KINDS, TYPES } from '../accounts/info.ts';
import { toText } from '../core/text.ts';
import type { Client, Sub } from '../core/types.ts';
import type { TlsFacts } from '../core/wire.ts';
import type { Running } from '../running.ts';

/** A subscription as monitoring lists it. */
export interface SubFacts {
  readonly subject: string;
  readonly qgroup: string | undefined;
  readonly sid: string;
  readonly msgs: number;
  readonly max: number | undefined;
  readonly cid: number;
}

/** A connection at one moment; kept for some time after it was closed. Times are epoch ms. */
export interface ConnectionFacts {
  readonly cid: number;
  readonly kind: string;
  readonly type: string;
  readonly host: string;
  readonly port: number;
  readonly start: number;
  readonly lastActivity: number;
  readonly stop: number;
  readonly reason: string;
  readonly rtt: number;
  readonly pending: number;
  readonly inMsgs: number;
  readonly outMsgs: number;
  readonly inBytes: number;
  readonly outBytes: number;
  readonly stalls: number;
  readonly subs: readonly SubFacts[];
  readonly name: string;
  readonly lang: string;
  readonly version: string;
  readonly tls: TlsFacts | null;
  readonly user: string;
  readonly account: string;
  readonly accountTag: string;
  readonly jwt: string;
  readonly issuerKey: string;
  readonly tags: readonly string[];
  readonly proxyKey: string;
}

export function subFacts(sub: Sub): SubFacts {
  return {
    subject: toText(sub.subject),
    qgroup: sub.queue === null ? undefined : toText(sub.queue),
    sid: toText(sub.sid),
    msgs: sub.nm,
    max: sub.max || undefined,
    cid: sub.client.cid,
  };
}

/** Reads a connection. */
export function connectionFacts(c: Client, stop = 0): ConnectionFacts {
  const o = c.options;
  return {
    cid: c.cid,
    kind: KINDS[c.kind],
    type: TYPES[c.wire.peer.kind],
    host: c.peerHost,
    port: c.peerPort,
    start: c.startedAt,
    lastActivity: c.lastActivity,
    stop,
    reason: c.closeReason,
    rtt: c.rtt,
    pending: c.pending + c.outLen + (c.ride === null ? 0 : c.rideTo - c.rideFrom),
    inMsgs: c.inMsgs,
    outMsgs: c.outMsgs,
    inBytes: c.inBytes,
    outBytes: c.outBytes,
    stalls: c.stalls,
    subs: Array.from(c.subs.values(), subFacts),
    name: o.name,
    lang: o.lang,
    version: o.version,
    tls: c.wire.tls?.() ?? null,
    user: authUser(c),
    account: c.account.name,
    accountTag: accountTag(c.account),
    jwt: c.identity?.bearer === true ? '' : o.jwt,
    issuerKey: c.identity?.issuerKey ?? '',
    tags: c.identity?.tags ?? [],
    proxyKey: c.proxyKey,
  };
}

const closedLists = new WeakMap<object, ConnectionFacts[]>();

/** Starts remembering closed connections. */
export function rememberClosed(run: Running): void {
  const { srv } = run;
  if (closedLists.has(srv)) return;
  const list: ConnectionFacts[] = [];
  closedLists.set(srv, list);
  srv.handlers.disconnect ??= new Set();
  srv.handlers.disconnect.add(({ client }) => {
    if (client.kind !== 'client') return;
    list.push(connectionFacts(client, srv.clock.now()));
    const limit = srv.options.maxClosedClients;
    // Cut in blocks: shifting an array for each connection would cost more than remembering it.
    if (list.length > limit + 256) list.splice(0, list.length - limit);
  });
}

/** The last closed connections, oldest first. */
export function closedConnections(run: Running): readonly ConnectionFacts[] {
  return closedLists.get(run.srv) ?? [];
}
