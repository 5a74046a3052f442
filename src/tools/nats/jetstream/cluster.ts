// The cluster part of stream and consumer reports.
import { humanDuration, MAX_DURATION } from '#base/duration.ts';
import { comma } from '#base/size.ts';
import { tryParseRfc3339 } from '#base/time.ts';
import type { ClusterInfo, PeerInfo, Time } from '#client/jetstream/types.ts';
import type { Columns } from '#view/columns.ts';

/** Nanoseconds from `time` to `reference`, or to `now` when there is no reference. */
export function since(time: Time | undefined, reference: Time | undefined, now: bigint): bigint {
  const from = tryParseRfc3339(time ?? '') ?? now;
  const to = tryParseRfc3339(reference ?? '') ?? now;
  return to - from;
}

/** Whether a duration since something was seen says that it was seen at all. */
export function wasSeen(ns: number | bigint): boolean {
  const value = BigInt(ns);
  return value > 0n && value < MAX_DURATION;
}

/** `n2, current, seen 12ms ago, 5 operations behind` */
export function peerText(peer: PeerInfo): string {
  const words = [peer.name, peer.current ? 'current' : 'outdated'];
  if (peer.offline) words.push('OFFLINE');
  words.push(wasSeen(peer.active) ? `seen ${humanDuration(BigInt(peer.active))} ago` : 'not seen');
  const lag = BigInt(peer.lag ?? 0);
  if (lag > 0n) words.push(`${comma(lag)} ${lag === 1n ? 'operation' : 'operations'} behind`);
  return words.join(', ');
}

/** Adds name, group, leader and replicas; nothing for a server that is not clustered. */
export function addCluster(
  report: Columns,
  cluster: ClusterInfo | undefined,
  ts: Time | undefined,
  now: bigint,
  groupLabel = 'Cluster Group',
): void {
  if (!cluster?.name) return;
  report.section('Cluster Information');
  report.row('Name', cluster.name);
  report.rowIfNotEmpty(groupLabel, cluster.raft_group ?? '');
  const leader = cluster.leader ?? '';
  const held = cluster.leader_since ? ` (${humanDuration(since(cluster.leader_since, ts, now))})` : '';
  report.row('Leader', leader + held);
  for (const peer of cluster.replicas ?? []) report.row('Replica', peerText(peer));
}
