// Where things are in a cluster, in tables.
import { compactNames } from '#base/human.ts';
import { comma } from '#base/size.ts';
import type { ClusterInfo } from '#client/jetstream/types.ts';
import { separator, type Table, type TableRow } from '#view/table-model.ts';

/** `n1*, n2, n3!`: the leader is starred, a peer that is offline or behind carries a bang. */
export function clusterText(cluster: ClusterInfo | undefined): string {
  if (!cluster) return '';
  const leader = cluster.leader ?? '';
  const replicas = cluster.replicas ?? [];
  const names = compactNames([...(leader === '' ? [] : [leader]), ...replicas.map((r) => r.name)]);
  const offset = leader === '' ? 0 : 1;
  const marked = names.map((name, i) => {
    const peer = replicas[i - offset];
    if (i < offset) return `${name}*`;
    return peer && (peer.offline || !peer.current) ? `${name}!` : name;
  });
  return marked.sort().join(', ');
}

interface Leader {
  readonly name: string;
  readonly cluster: string;
  groups: number;
}

/** Counts leaders of clustered things by server. */
export function countLeaders(clusters: Iterable<ClusterInfo | undefined>): Leader[] {
  const found = new Map<string, Leader>();
  for (const cluster of clusters) {
    if (!cluster?.leader) continue;
    const entry = found.get(cluster.leader) ?? { name: cluster.leader, cluster: cluster.name ?? '', groups: 0 };
    entry.groups += 1;
    found.set(cluster.leader, entry);
  }
  return [...found.values()].sort((a, b) =>
    a.cluster < b.cluster ? -1 : a.cluster > b.cluster ? 1 : a.groups - b.groups,
  );
}

/** The table of leaders; `what` heads the count: Streams or Consumers. */
export function leaderTable(leaders: readonly Leader[], what: string): Table {
  const totals = new Map<string, number>();
  for (const l of leaders) totals.set(l.cluster, (totals.get(l.cluster) ?? 0) + l.groups);
  const rows: TableRow[] = [];
  leaders.forEach((l, i) => {
    const before = leaders[i - 1];
    if (before && before.cluster !== l.cluster) rows.push(separator);
    const share = Math.round((l.groups / (totals.get(l.cluster) ?? 1)) * 10);
    rows.push([l.name, l.cluster, comma(l.groups), '*'.repeat(Math.max(1, share))]);
  });
  return { title: 'RAFT Leader Report', headers: ['Server', 'Cluster', what, 'Distribution'], rows };
}

/** Rows of at most `size` names, filled up with empty ones. */
export function nameRows(names: readonly string[], size = 4): string[][] {
  const rows: string[][] = [];
  for (let i = 0; i < names.length; i += size) {
    rows.push(Array.from({ length: size }, (_, k) => names[i + k] ?? ''));
  }
  return rows;
}
