import { formatDuration, roundDuration, SECOND } from '#base/duration.ts';
import { toFixedEven } from '#base/fixed.ts';
import { humanBytes } from '#base/size.ts';
import { formatRfc3339Nano, isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import type { Healthz, Int, Jsz, Varz } from '#client/system/types.ts';
import { type AuditCheck, answersOf, type CheckWorld, type Outcome, type Place, verdict } from './check.ts';

const suite = 'server';

/** A percentage with one decimal. */
export function share(part: Int, whole: Int): string {
  return `${toFixedEven((Number(part) * 100) / Number(whole), 1)}%`;
}

export const serverChecks: readonly AuditCheck[] = [
  {
    code: 'SERVER_001',
    suite,
    name: 'Server Health',
    description: 'Every server says that it is healthy',
    run: async (world) => {
      for await (const { server, data } of answersOf<Healthz>(world, 'health')) {
        const { status, status_code: code = 0 } = data;
        if (status !== 'ok' && status) world.examples.add(`${server}: ${code} - ${status}`);
      }
      return verdict(world.examples, 'WARN');
    },
  },
  {
    code: 'SERVER_002',
    suite,
    name: 'Server Version',
    description: 'Every server runs the same version',
    run: checkVersions,
  },
  {
    code: 'SERVER_003',
    suite,
    name: 'Server CPU Usage',
    description: 'No server uses more than its share of CPU',
    thresholds: { cpu: { description: 'Highest use of CPU, all cores together', default: 90, unit: '%' } },
    run: async (world) => {
      const most = world.threshold('cpu');
      for await (const { cluster, server, data } of answersOf<Varz>(world, 'variables')) {
        const use = data.cores > 0 ? data.cpu / data.cores : 0;
        if (use > most) world.examples.add(`${cluster} - ${server}: ${toFixedEven(use, 1)}%`);
      }
      return verdict(world.examples, 'FAIL');
    },
  },
  {
    code: 'SERVER_004',
    suite,
    name: 'Server Slow Consumers',
    description: 'No server counts slow consumers',
    run: async (world) => {
      for await (const { cluster, server, data } of answersOf<Varz>(world, 'variables')) {
        if (data.slow_consumers > 0) world.examples.add(`${cluster}/${server}: ${data.slow_consumers} slow consumers`);
      }
      return verdict(world.examples, 'WARN');
    },
  },
  {
    code: 'SERVER_005',
    suite,
    name: 'Server Resources Limits',
    description: 'JetStream stays below the memory and storage it may use',
    thresholds: {
      memory: { description: 'Highest use of the memory limit', default: 90, unit: '%' },
      store: { description: 'Highest use of the storage limit', default: 90, unit: '%' },
    },
    run: checkResources,
  },
  {
    code: 'SERVER_006',
    suite,
    name: 'Whitespace in JetStream domains',
    description: 'No JetStream domain has whitespace in its name',
    run: async (world) => {
      for await (const { cluster, server, data } of answersOf<Jsz>(world, 'jetstream_info')) {
        const domain = data.config?.domain ?? '';
        if (/[ \t\r\n]/.test(domain)) world.examples.add(`Cluster ${cluster} Server ${server} Domain ${domain}`);
      }
      return verdict(world.examples, 'WARN');
    },
  },
  {
    code: 'SERVER_007',
    suite,
    name: 'Authentication required',
    description: 'Every server wants a login',
    run: async (world) => {
      for await (const { server, data } of answersOf<Varz>(world, 'variables')) {
        if (!data.auth_required) world.examples.add(`${server}: authentication not required`);
      }
      return verdict(world.examples, 'WARN');
    },
  },
  {
    code: 'SERVER_008',
    suite,
    name: 'TLS Certificate Expiry',
    description: 'TLS certificates are valid and stay so for a while',
    thresholds: {
      tls_expire_warning: {
        description: 'Days before a certificate ends that are a warning',
        default: 30,
        unit: 'uint',
      },
      tls_expire_critical: {
        description: 'Days before a certificate ends that are a failure',
        default: 7,
        unit: 'uint',
      },
    },
    run: checkCertificates,
  },
];

async function checkVersions(world: CheckWorld): Promise<Outcome> {
  const seen = new Set<string>();
  for await (const { server, data } of answersOf<Varz>(world, 'variables')) {
    if (!seen.has(data.version)) world.examples.add(`${server} - ${data.version}`);
    seen.add(data.version);
  }
  if (seen.size === 0) return 'SKIP';
  if (seen.size > 1) return 'FAIL';
  world.examples.clear();
  return 'PASS';
}

async function checkResources(world: CheckWorld): Promise<Outcome> {
  for await (const { server, data } of answersOf<Jsz>(world, 'jetstream_info')) {
    const look = (what: string, used: Int, limit: Int | undefined, percent: number): void => {
      const most = Number(limit ?? 0);
      if (most > 0 && Number(used) > Math.floor(most * (percent / 100))) {
        world.examples.add(`${server} ${what} usage: ${humanBytes(used)} of ${humanBytes(most)}`);
      }
    };
    look('memory', data.memory ?? 0, data.config?.max_memory, world.threshold('memory'));
    look('store', data.storage ?? 0, data.config?.max_storage, world.threshold('store'));
  }
  return verdict(world.examples, 'WARN');
}

const day = 86_400n * SECOND;

async function checkCertificates(world: CheckWorld): Promise<Outcome> {
  const warning = BigInt(Math.round(world.threshold('tls_expire_warning'))) * day;
  const critical = BigInt(Math.round(world.threshold('tls_expire_critical'))) * day;
  const found = { checked: 0, warnings: 0, criticals: 0 };
  const look = (place: Place, component: string, end: string | undefined, now: bigint): void => {
    const expiry = end === undefined ? undefined : tryParseRfc3339(end);
    if (expiry === undefined || isZeroTime(expiry)) return;
    found.checked += 1;
    const left = expiry - now;
    const lead = `${place.cluster}/${place.server} ${component} TLS certificate`;
    const at = formatRfc3339Nano(expiry);
    const soon = `${lead} expires in ${formatDuration(roundDuration(left, SECOND))} (expires_at=${at})`;
    if (left <= 0n) world.examples.add(`${lead} expired (expired_at=${at})`);
    else if (left <= critical || left <= warning) world.examples.add(soon);
    if (left <= 0n || left <= critical) found.criticals += 1;
    else if (left <= warning) found.warnings += 1;
  };
  for await (const { data, ...place } of answersOf<Varz>(world, 'variables')) {
    const now = tryParseRfc3339(data.now) ?? world.captured;
    look(place, 'server', data.tls_cert_not_after, now);
    look(place, 'cluster', data.cluster?.tls_cert_not_after, now);
    look(place, 'gateway', data.gateway?.tls_cert_not_after, now);
    look(place, 'leafnode', data.leaf?.tls_cert_not_after, now);
    look(place, 'mqtt', data.mqtt?.tls_cert_not_after, now);
    look(place, 'websocket', data.websocket?.tls_cert_not_after, now);
  }
  if (found.checked === 0) return 'SKIP';
  if (found.criticals > 0) return 'FAIL';
  return found.warnings > 0 ? 'WARN' : 'PASS';
}
