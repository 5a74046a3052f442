import { formatDuration, humanDuration } from '#base/duration.ts';
import { toFixedEven } from '#base/fixed.ts';
import { parseJson, stringifyJson } from '#base/json64.ts';
import { isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import type { Answer, Varz } from '#client/system/types.ts';
import { attempt, nanosOf, seconds, type Verdict } from './verdict.ts';
import { connected, type World } from './world.ts';

/** Times in seconds, those of certificates in nanoseconds; 0 for none. */
export interface ServerLimits {
  readonly name: string;
  readonly cpu_warning: number;
  readonly cpu_critical: number;
  readonly memory_warning: number;
  readonly memory_critical: number;
  readonly connections_warning: number;
  readonly connections_critical: number;
  readonly subscriptions_warning: number;
  readonly subscriptions_critical: number;
  readonly uptime_warning: number;
  readonly uptime_critical: number;
  readonly authentication_required: boolean;
  readonly tls_required: boolean;
  readonly jet_stream_required: boolean;
  readonly tls_expire_warning: bigint;
  readonly tls_expire_critical: bigint;
}

/** Checks one server: what it must have, its certificates, its uptime and what it uses. */
export async function checkServer(world: World, verdict: Verdict, limits: ServerLimits): Promise<void> {
  const connection = await connected(world, verdict, 'connection failed');
  if (!connection) return;
  const varz = await attempt(verdict, 'varz failed', async () => {
    if (!limits.name) throw new Error('server name is required');
    const body = stringifyJson({ server_name: limits.name, exact_match: true });
    const msg = await connection.request('$SYS.REQ.SERVER.PING.VARZ', body, { timeout: world.timeout });
    const { data, error } = parseJson(msg.string()) as unknown as Answer<Varz>;
    if (error) throw new Error(`invalid response received: ${error.description ?? ''} (${error.code ?? 0})`);
    if (!data) throw new Error(`no data received for ${limits.name}`);
    return data;
  });
  if (!varz) return;
  if (varz.server_name !== limits.name) {
    verdict.critical(`result from wrong server "${varz.server_name}"`);
    return;
  }
  checkNeeds(varz, verdict, limits);
  if (!checkCertificates(varz, verdict, limits)) return;
  const up = (tryParseRfc3339(varz.now) ?? 0n) - (tryParseRfc3339(varz.start) ?? 0n);
  if (!checkUptime(up, verdict, limits)) return;
  addPerf(varz, up, verdict, limits);
  checkValue(verdict, 'CPU', limits.cpu_warning, limits.cpu_critical, varz.cpu, false);
  checkValue(verdict, 'Memory', limits.memory_warning, limits.memory_critical, Number(varz.mem), false);
  const { connections_warning: conns, connections_critical: connsCritical } = limits;
  checkValue(verdict, 'Connections', conns, connsCritical, varz.connections, true);
  const { subscriptions_warning: subs, subscriptions_critical: subsCritical } = limits;
  checkValue(verdict, 'Subscriptions', subs, subsCritical, varz.subscriptions, true);
}

function checkNeeds(varz: Varz, verdict: Verdict, limits: ServerLimits): void {
  const need = (wanted: boolean, has: boolean, yes: string, no: string) => {
    if (wanted) verdict[has ? 'ok' : 'critical'](has ? yes : no);
  };
  const hasJs = varz.jetstream?.config !== undefined;
  need(limits.jet_stream_required, hasJs, 'JetStream enabled', 'JetStream not enabled');
  need(limits.tls_required, varz.tls_required === true, 'TLS required', 'TLS not required');
  const hasAuth = varz.auth_required === true;
  need(limits.authentication_required, hasAuth, 'Authentication required', 'Authentication not required');
}

/** False when the check is over. */
function checkCertificates(varz: Varz, verdict: Verdict, limits: ServerLimits): boolean {
  const { tls_expire_warning: warning, tls_expire_critical: critical } = limits;
  if (warning <= 0n && critical <= 0n) return true;
  const certificates = [
    ['server', varz.tls_cert_not_after],
    ['cluster', varz.cluster?.tls_cert_not_after],
    ['gateway', varz.gateway?.tls_cert_not_after],
    ['leafnode', varz.leaf?.tls_cert_not_after],
    ['mqtt', varz.mqtt?.tls_cert_not_after],
    ['websocket', varz.websocket?.tls_cert_not_after],
  ] as const;
  const now = tryParseRfc3339(varz.now) ?? 0n;
  let found = 0;
  for (const [component, text] of certificates) {
    const expiry = text === undefined ? undefined : tryParseRfc3339(text);
    if (expiry === undefined || isZeroTime(expiry)) continue;
    found += 1;
    const left = ((expiry - now) / 1_000_000_000n) * 1_000_000_000n;
    if (left <= 0n) {
      verdict.critical(`${component} TLS certificate expired (expired_at=${text})`);
      continue;
    }
    const line = `${component} TLS certificate expires in ${formatDuration(left)} (expires_at=${text})`;
    if (critical > 0n && left <= critical) verdict.critical(line);
    else if (warning > 0n && left <= warning) verdict.warn(line);
    else verdict.ok(line);
  }
  if (found === 0) verdict.critical('TLS certificate expiry thresholds configured but no TLS certificates found');
  return found > 0;
}

/** False when the check is over. */
function checkUptime(
  up: bigint,
  verdict: Verdict,
  { uptime_warning: warning, uptime_critical: critical }: ServerLimits,
): boolean {
  if (warning <= 0 && critical <= 0) return true;
  if (critical > warning) {
    verdict.cannot('Up invalid thresholds');
    return false;
  }
  const text = `Up ${humanDuration(up)}`;
  if (up <= nanosOf(critical)) verdict.critical(text);
  else if (up <= nanosOf(warning)) verdict.warn(text);
  else verdict.ok(text);
  return true;
}

function addPerf(varz: Varz, up: bigint, verdict: Verdict, limits: ServerLimits): void {
  const add = (name: string, value: number, warning: number, critical: number, help: string, unit?: string) =>
    verdict.perf({ name, value, warning, critical, help, ...(unit ? { unit } : {}) });
  const l = limits;
  add('uptime', seconds(up), l.uptime_warning, l.uptime_critical, 'NATS Server uptime in seconds', 's');
  add('cpu', varz.cpu, l.cpu_warning, l.cpu_critical, 'NATS Server CPU usage in percentage', '%');
  add('mem', Number(varz.mem), l.memory_warning, l.memory_critical, 'NATS Server memory usage in bytes');
  add('connections', varz.connections, l.connections_warning, l.connections_critical, 'Active connections');
  add('subscriptions', varz.subscriptions, l.subscriptions_warning, l.subscriptions_critical, 'Active subscriptions');
}

/** `turns`: a critical threshold below the warning one means too few and not too many. */
function checkValue(verdict: Verdict, name: string, warn: number, crit: number, value: number, turns: boolean): void {
  if (crit === 0 && warn === 0) return;
  const isTurned = crit < warn;
  if (isTurned && !turns) {
    verdict.cannot(`${name} invalid thresholds`);
    return;
  }
  const passes = (limit: number) => (isTurned ? value <= limit : value >= limit);
  verdict[passes(crit) ? 'critical' : passes(warn) ? 'warn' : 'ok'](`${name} ${toFixedEven(value, 2)}`);
}
