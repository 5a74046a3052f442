import { formatDuration } from '#base/duration.ts';
import { parseJson } from '#base/json64.ts';
import type { Answer, Jsz } from '#client/system/types.ts';
import { attempt, nanosOf, type Verdict } from './verdict.ts';
import { connected, type World } from './world.ts';

/** Times in seconds; 0 for none. */
export interface MetaLimits {
  readonly expect_servers: number;
  readonly lag_critical: number;
  readonly seen_critical: number;
}

/** Checks the meta group of a JetStream cluster. */
export async function checkMeta(world: World, verdict: Verdict, limits: MetaLimits): Promise<void> {
  const connection = await connected(world, verdict, 'connection failed');
  if (!connection) return;
  const msg = await attempt(verdict, 'JSZ API request failed', () =>
    connection.request('$SYS.REQ.SERVER.PING.JSZ', '{"leader_only":true}', { timeout: 1000 }),
  );
  if (!msg) return;
  const answer = await attempt(
    verdict,
    'invalid result received',
    async () => parseJson(msg.string()) as unknown as Answer<Jsz>,
  );
  if (!answer) return;
  if (answer.error) {
    return verdict.critical(`invalid result received: ${answer.error.description ?? ''} (${answer.error.code ?? 0})`);
  }
  if (!answer.data) {
    verdict.critical('no JSZ response received');
    return;
  }
  const meta = answer.data.meta_cluster;
  if (!meta) {
    verdict.critical('no cluster information');
    return;
  }
  if (!meta.leader) {
    verdict.critical('No leader');
    return;
  }
  const peers = meta.replicas ?? [];
  const count = peers.length + 1;
  const { expect_servers: expected, lag_critical: lag, seen_critical: seen } = limits;
  verdict.perf({ name: 'peers', value: count, warning: expected, critical: expected, help: 'Configured RAFT peers' });
  if (expected > 0 && count !== expected) verdict.critical(`${count} peers of expected ${expected}`);
  const notCurrent = peers.filter((p) => !p.current).length;
  const offline = peers.filter((p) => p.offline).length;
  const inactive = seen > 0 ? peers.filter((p) => BigInt(p.active) > nanosOf(seen)).length : 0;
  const lagged = lag > 0 ? peers.filter((p) => (p.lag ?? 0) > lag).length : 0;
  verdict.perf({ name: 'peer_offline', value: offline, help: 'Offline RAFT peers' });
  verdict.perf({ name: 'peer_not_current', value: notCurrent, help: 'RAFT peers that are not current' });
  verdict.perf({ name: 'peer_inactive', value: inactive, help: 'Inactive RAFT peers' });
  const help = 'RAFT peers that are lagged more than configured threshold';
  verdict.perf({ name: 'peer_lagged', value: lagged, help });
  if (notCurrent > 0) verdict.critical(`${notCurrent} not current`);
  if (inactive > 0) verdict.critical(`${inactive} inactive more than ${formatDuration(nanosOf(seen))}`);
  if (offline > 0) verdict.critical(`${offline} offline`);
  if (lagged > 0) verdict.critical(`${lagged} lagged more than ${lag} ops`);
  if (!verdict.isBad()) verdict.ok(`${count} peers led by ${meta.leader}`);
}
