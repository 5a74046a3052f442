// How one server reads.
import { humanDuration, roundDuration } from '#base/duration.ts';
import { toFixedEven } from '#base/fixed.ts';
import { comma, humanBytes } from '#base/size.ts';
import { formatDateTime, tryParseRfc3339 } from '#base/time.ts';
import type { Int, Time, Varz } from '#client/system/types.ts';
import { type Columns, columns } from '#view/columns.ts';

const local = (time: Time): string => {
  const ns = tryParseRfc3339(time);
  return ns === undefined ? time : formatDateTime(ns);
};

function addList(report: Columns, label: string, items: readonly string[] | undefined): void {
  items?.forEach((item, i) => {
    report.row(i === 0 ? label : '', item);
  });
}

/** A server's variables as a report. */
export function serverReport(varz: Varz): Columns {
  const { server_id: id, server_name: name } = varz;
  const report = columns(`Server information for ${id === name ? id : `${name} (${id})`}`);
  report.section('Process Details');
  report.row('Version', varz.version);
  report.row('Git Commit', varz.git_commit ?? '');
  report.row('Go Version', varz.go);
  report.row('Start Time', local(varz.start));
  report.row('Configuration Load Time', local(varz.config_load_time));
  report.rowIfNotEmpty('Configuration Digest', varz.config_digest ?? '');
  report.row('Uptime', varz.uptime);
  report.section('Connection Details');
  report.row('Auth Required', varz.auth_required === true);
  report.row('TLS Required', varz.tls_required === true);
  report.row('Host', `${varz.host}:${varz.port}${varz.ip ? ` (${varz.ip})` : ''}`);
  addList(report, 'Client URLs', varz.connect_urls);
  addList(report, 'WebSocket URLs', varz.ws_connect_urls);
  addJetStream(report, varz);
  addNumbers(report, varz);
  addCluster(report, varz);
  return report;
}

function addJetStream(report: Columns, varz: Varz): void {
  const { config, stats, limits } = varz.jetstream ?? {};
  if (!config?.store_dir) return;
  report.section('JetStream');
  report.row('Domain', config.domain ?? '');
  report.row('API Support Level', stats?.api.level ?? 0);
  report.row('Storage Directory', config.store_dir);
  report.row('Active Accounts', stats?.accounts ?? 0);
  report.row('Memory In Use', humanBytes(stats?.memory ?? 0));
  report.row('File In Use', humanBytes(stats?.storage ?? 0));
  report.row('API Requests', stats?.api.total ?? 0);
  report.row('API Errors', stats?.api.errors ?? 0);
  if ((config.sync_interval ?? 0) > 0) {
    report.row('Always sync writes to disk', config.sync_always === true);
    report.row('Write sync Frequency', humanDuration(BigInt(config.sync_interval ?? 0)));
  }
  report.row('Maximum Memory Storage', humanBytes(config.max_memory));
  report.row('Maximum File Storage', humanBytes(config.max_storage));
  report.rowIfNotEmpty('Unique Tag', config.unique_tag ?? '');
  report.row('Cluster Message Compression', config.compress_ok === true);
  if (limits) addLimits(report, limits);
  report.row('Strict API Parsing', config.strict === true);
}

function addLimits(report: Columns, limits: Readonly<Record<string, Int>>): void {
  const value = (key: string): bigint => BigInt(limits[key] ?? 0);
  const bounded = (label: string, key: string) => report.rowUnlimited(label, value(key), 0);
  bounded('Maximum HA Assets', 'max_ha_assets');
  bounded('Maximum Ack Pending', 'max_ack_pending');
  bounded('Maximum Request Batch', 'max_request_batch');
  const window = value('duplicate_window');
  report.row('Maximum Duplicate Window', window === 0n ? 'unlimited' : humanDuration(window));
  report.row('Maximum Messages Per Batch', value('max_request_batch'));
  report.row('Maximum Batch Timeout', humanDuration(value('max_batch_timeout')));
  report.row('Maximum Open Batches Per Stream', value('max_batch_inflight_per_stream'));
  report.row('Maximum Open Batches Per Server', value('max_batch_inflight_total'));
}

function addNumbers(report: Columns, varz: Varz): void {
  report.section('Limits');
  report.row('Maximum Connections', varz.max_connections);
  report.row('Maximum Subscriptions', varz.max_subscriptions ?? 0);
  report.row('Maximum Payload', humanBytes(varz.max_payload));
  report.row('TLS Timeout', humanDuration(BigInt(Math.trunc(varz.tls_timeout)) * 1_000_000_000n));
  report.row('Write Deadline', humanDuration(roundDuration(BigInt(varz.write_deadline), 1_000_000n)));
  report.section('Statistics');
  report.row('CPU Cores', `${varz.cores} ${toFixedEven(varz.cpu, 2)}%`);
  if (varz.gomaxprocs) report.row('GOMAXPROCS', String(varz.gomaxprocs));
  report.row('Memory', humanBytes(varz.mem));
  if ((varz.gomemlimit ?? 0) > 0) report.row('GOMEMLIMIT', varz.gomemlimit ?? 0);
  report.row('Connections', varz.connections);
  report.row('Subscriptions', varz.subscriptions);
  report.row('Messages', `${comma(varz.in_msgs)} in ${comma(varz.out_msgs)} out`);
  report.row('Bytes', `${humanBytes(varz.in_bytes)} in ${humanBytes(varz.out_bytes)} out`);
  report.row('Slow Consumers', varz.slow_consumers);
}

function addCluster(report: Columns, varz: Varz): void {
  const { cluster, gateway } = varz;
  if (cluster?.urls && cluster.urls.length > 0) {
    report.section('Cluster');
    report.row('Name', cluster.name ?? '');
    const tags = varz.tags ?? [];
    report.rowIf('Tags', tags, tags.length > 0);
    report.row('Host', `${cluster.addr ?? ''}:${cluster.cluster_port ?? 0}`);
    addList(report, 'URLs', cluster.urls);
  }
  if (gateway?.gateways && gateway.gateways.length > 0) {
    report.section('Super Cluster');
    report.row('Name', gateway.name ?? '');
    report.row('Host', `${gateway.host ?? ''}:${gateway.port ?? 0}`);
    addList(report, 'Clusters', gateway.gateways.map((g) => g.name).sort());
  }
}
