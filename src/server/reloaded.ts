/** What a reload tells in the log: each option that changed, in the order and the words of nats-server. */
import { formatDuration } from '#base/duration.ts';
import type { ServerOptions, UserOptions } from './options.ts';

export function differs(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) !== JSON.stringify(b ?? null);
}

const go = (ms: number): string => formatDuration(BigInt(Math.round(ms * 1e6)));

function users(o: ServerOptions, nkeys: boolean): UserOptions[] {
  const all = [...(o.auth?.users ?? []), ...Object.values(o.accounts ?? {}).flatMap((a) => a.users ?? [])];
  return all.filter((u) => (u.nkey !== undefined) === nkeys);
}

/** Each with what it compares, and how it is told; a null is not told. */
const TOLD: readonly (readonly [of: (o: ServerOptions) => unknown, say: (o: ServerOptions) => string | null])[] = [
  [(o) => o.log?.trace ?? false, (o) => `trace = ${o.log?.trace ?? false}`],
  [(o) => o.log?.debug ?? false, (o) => `debug = ${o.log?.debug ?? false}`],
  [(o) => o.log?.traceSystemAccount ?? false, (o) => `trace_verbose = ${o.log?.traceSystemAccount ?? false}`],
  [(o) => o.traceHeadersOnly ?? false, (o) => `trace_headers = ${o.traceHeadersOnly ?? false}`],
  [(o) => o.log?.time ?? true, (o) => `logtime = ${o.log?.time ?? true}`],
  [(o) => o.log?.utc ?? false, (o) => `logtime_utc = ${o.log?.utc ?? false}`],
  [(o) => o.maxConnections, (o) => `max_connections = ${o.maxConnections ?? 65536}`],
  [(o) => users(o, true), () => 'authorization nkey users'],
  [(o) => users(o, false), () => 'authorization users'],
  [(o) => o.accounts, () => 'accounts'],
  [(o) => o.auth?.user, () => 'authorization username'],
  [(o) => o.auth?.password, () => 'authorization password'],
  [(o) => o.auth?.token, () => 'authorization token'],
  [(o) => o.pingInterval, (o) => `ping_interval = ${go(o.pingInterval ?? 120_000)}`],
  [(o) => o.maxPingsOut, (o) => `ping_max = ${o.maxPingsOut ?? 2}`],
  [(o) => o.authTimeout, (o) => `authorization timeout = ${(o.authTimeout ?? 2000) / 1000}`],
  [(o) => o.maxControlLine, (o) => `max_control_line = ${o.maxControlLine ?? 4096}`],
  [(o) => o.maxPayload, (o) => `max_payload = ${o.maxPayload ?? 1024 * 1024}`],
  [(o) => o.pidFile, (o) => (o.pidFile ? `pid_file = ${o.pidFile}` : null)],
  [(o) => o.portsFileDir, (o) => (o.portsFileDir ? `ports_file_dir = ${o.portsFileDir}` : null)],
  [(o) => o.log?.file, (o) => `log_file = ${o.log?.file ?? ''}`],
  [(o) => o.tls, (o) => `tls = ${o.tls === undefined ? 'disabled' : 'enabled'}`],
  [(o) => o.writeDeadline, (o) => `write_deadline = ${go(o.writeDeadline ?? 10_000)}`],
  [(o) => o.maxTracedMessage, (o) => `max_traced_msg_len = ${o.maxTracedMessage ?? 0}`],
  [(o) => o.tags, () => 'tags'],
  [(o) => o.metadata, () => 'metadata'],
];

/** One line for each option that is not as it was. */
export function reloadedLines(old: ServerOptions, next: ServerOptions): string[] {
  return TOLD.flatMap(([of, say]) => {
    const text = differs(of(old), of(next)) ? say(next) : null;
    return text === null ? [] : [`Reloaded: ${text}`];
  });
}
