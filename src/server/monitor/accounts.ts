/** Accounts: their traffic, and what they share. */
import type { AccountClaims } from '#crypto/account.ts';
import { accountTag, timeText } from '../accounts/info.ts';
import type { ExportAuth, Latency, ServiceImport, SharedAccount } from '../accounts/model.ts';
import { toText } from '../core/text.ts';
import type { Account } from '../core/types.ts';
import type { Running } from '../running.ts';
import { MonitorError } from './form.ts';
import { sublistStats } from './subscriptions.ts';

const NOTHING = { msgs: 0, bytes: 0 };

/** The traffic of one account. */
export function accountStat(a: Account): Record<string, unknown> {
  const conns = a.clients.size;
  return {
    acc: a.name,
    name: accountTag(a),
    conns,
    leafnodes: 0,
    total_conns: conns,
    num_subscriptions: a.sublist.count,
    sent: { msgs: a.outMsgs, bytes: a.outBytes, gateways: NOTHING, routes: NOTHING, leafs: NOTHING },
    received: { msgs: a.inMsgs, bytes: a.inBytes, gateways: NOTHING, routes: NOTHING, leafs: NOTHING },
    slow_consumers: a.slowConsumers,
  };
}

export interface AccountStatzOptions {
  readonly accounts?: readonly string[];
  readonly include_unused?: boolean;
}

export function accountStatz(run: Running, o: AccountStatzOptions): { account_statz: unknown[] } {
  const { srv } = run;
  const names = o.accounts !== undefined && o.accounts.length > 0 ? o.accounts : [...srv.accounts.keys()];
  const list: unknown[] = [];
  for (const name of names) {
    const a = srv.accounts.get(name);
    if (a !== undefined && (o.include_unused === true || a.clients.size > 0)) list.push(accountStat(a));
  }
  const head = { server_id: srv.id, now: timeText(srv.clock.now()) };
  return { ...head, account_statz: list };
}

/** All accounts, or one of them in detail. */
export function accountz(run: Running, o: { readonly account?: string }): Record<string, unknown> {
  const { srv } = run;
  const head = {
    server_id: srv.id,
    now: timeText(srv.clock.now()),
    system_account: run.options.noSystemAccount === true ? undefined : srv.systemAccount.name,
  };
  if (!o.account) return { ...head, accounts: [...srv.accounts.keys()] };
  return { ...head, account_detail: accountDetail(run, o.account) };
}

function latencyOf(l: Latency | null): unknown {
  return l === null ? undefined : { sampling: l.sampling === 0 ? 'headers' : l.sampling, results: toText(l.subject) };
}

const RESPONSES = { singleton: 'Singleton', stream: 'Streamed', chunked: 'Chunked' } as const;

function authOf(auth: ExportAuth): Record<string, unknown> {
  const revoked = auth.revoked === null ? [] : [...auth.revoked];
  return {
    token_req: auth.tokenRequired || undefined,
    approved_accounts: auth.approved !== null && auth.approved.size > 0 ? [...auth.approved] : undefined,
    revoked_activations: revoked.length > 0 ? revocations(revoked) : undefined,
  };
}

function revocations(list: readonly (readonly [string, number | bigint])[]): Record<string, string> {
  return Object.fromEntries(list.map(([k, v]) => [k, timeText(Number(v) * 1000)]));
}

function exportsOf(a: SharedAccount): unknown[] {
  const out: unknown[] = [];
  for (const e of a.serviceExports.values()) {
    const { token_req, ...rest } = authOf(e.auth);
    out.push({
      subject: toText(e.subject),
      type: 'service',
      token_req,
      response_type: RESPONSES[e.response],
      service_latency: latencyOf(e.latency),
      ...rest,
    });
  }
  for (const e of a.streamExports.values()) {
    out.push({ subject: toText(e.subject), type: 'stream', ...authOf(e.auth) });
  }
  return out;
}

function serviceImport(si: ServiceImport): Record<string, unknown> {
  return {
    subject: toText(si.to),
    account: si.account.name,
    to: toText(si.from),
    local_subject: toText(si.from),
    type: 'service',
    invalid: si.invalid,
    share: si.share,
    tracking: si.tracking,
    tracking_header: si.trackingHeader ?? undefined,
    latency: latencyOf(si.latency),
  };
}

function importsOf(a: SharedAccount): unknown[] {
  const streams = a.streamImports.map((im) => ({
    subject: toText(im.from),
    account: im.account.name,
    local_subject: toText(im.to),
    type: 'stream',
    invalid: im.invalid,
    share: false,
    tracking: false,
  }));
  return [...streams, ...[...a.serviceImports.values()].flat().map(serviceImport)];
}

/** What every account imports from the system account: questions about itself. */
function systemImports(run: Running, name: string): unknown[] {
  const { srv, options } = run;
  if (options.noSystemAccount === true || srv.systemAccount.name === name) return [];
  const one = (from: string, to: string, share: boolean) => ({
    subject: to,
    account: srv.systemAccount.name,
    to: from,
    local_subject: from,
    type: 'service',
    invalid: false,
    share,
    tracking: false,
  });
  return [
    one('$SYS.REQ.ACCOUNT.PING.CONNZ', `$SYS.REQ.ACCOUNT.${name}.CONNZ`, false),
    one('$SYS.REQ.SERVER.PING.CONNZ', `$SYS.REQ.ACCOUNT.${name}.CONNZ`, false),
    one('$SYS.REQ.ACCOUNT.PING.STATZ', `$SYS.REQ.ACCOUNT.${name}.STATZ`, false),
    one('$SYS.REQ.USER.INFO', `$SYS.REQ.USER.${name}.INFO`, true),
  ];
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Everything about one account. Throws MonitorError when there is none of that name. */
export function accountDetail(run: Running, name: string): Record<string, unknown> {
  const { srv } = run;
  const a = srv.accounts.get(name);
  if (a === undefined) throw new MonitorError(`Account ${name} does not exist`);
  const shared = a.more as SharedAccount | null;
  const facts = (shared?.claims ?? null) as { jwt: string; claims: AccountClaims; incomplete: boolean } | null;
  const mappings = (shared?.mappings ?? []).map((m) => [
    toText(m.source),
    // Weights add up from one to the next, as nats-server shows them.
    m.destinations.map((d) => ({ subject: toText(d.transform.destination), weight: d.upTo })),
  ]);
  const revoked = facts === null ? [] : [...facts.claims.nats.revocations];
  const responses = shared === null ? [] : [...shared.responses].map(([k, v]) => [k, serviceImport(v)]);
  return {
    account_name: name,
    update_time: timeText(run.configuredAt),
    is_system: a === srv.systemAccount || undefined,
    expired: shared?.expired === true,
    complete: facts?.incomplete !== true,
    jetstream_enabled: false,
    leafnode_connections: 0,
    client_connections: a.clients.size,
    subscriptions: a.sublist.count,
    mappings: mappings.length > 0 ? Object.fromEntries(mappings) : undefined,
    exports: shared === null ? undefined : nonEmpty(exportsOf(shared)),
    imports: nonEmpty([...(shared === null ? [] : importsOf(shared)), ...systemImports(run, name)]),
    jwt: facts?.jwt,
    issuer_key: facts?.claims.iss,
    name_tag: accountTag(a),
    tags: facts === null ? undefined : nonEmpty([...facts.claims.nats.tags]),
    decoded_jwt: facts === null ? undefined : decoded(facts.jwt),
    revoked_user: revoked.length > 0 ? revocations(revoked) : undefined,
    sublist_stats: sublistStats([a.sublist]),
    responses: responses.length > 0 ? Object.fromEntries(responses) : undefined,
  };
}

/** The claims as they stand in the token. */
export function decoded(jwt: string): unknown {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
