// Spreading leaders evenly over the servers of each cluster, by preferred placement (server 2.11).
import { fail, messageOf } from '#base/errors.ts';
import { comma } from '#base/size.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import type { ClusterInfo, Placement } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { requireLevel } from './level.ts';

/** Something with a leader. */
export interface Led {
  readonly name: string;
  readonly cluster: ClusterInfo;
  stepDown(placement: Placement): Promise<void>;
}

/** The cluster of something that is to be balanced; throws where a server on its own holds it. */
export function clusterOf(what: string, missing: string, cluster: ClusterInfo | undefined): ClusterInfo {
  if (cluster) return cluster;
  throw fail('error', `failed to balance ${what} ${missing}`, { hint: 'only a cluster has leaders to move' });
}

/** One leader to move. */
export interface Move {
  readonly name: string;
  readonly cluster: string;
  readonly from: string;
  readonly to: string;
}

interface Peer {
  readonly name: string;
  readonly led: Led[];
}

/** Servers by cluster, with what they lead. */
function peersByCluster(all: readonly Led[]): Map<string, Map<string, Peer>> {
  const clusters = new Map<string, Map<string, Peer>>();
  for (const item of all) {
    const peers = clusters.get(item.cluster.name ?? '') ?? new Map<string, Peer>();
    clusters.set(item.cluster.name ?? '', peers);
    const peer = (name: string) => {
      const found = peers.get(name) ?? { name, led: [] };
      peers.set(name, found);
      return found;
    };
    if (item.cluster.leader) peer(item.cluster.leader).led.push(item);
    for (const replica of item.cluster.replicas ?? []) peer(replica.name);
  }
  return clusters;
}

/** The moves that leave every server with no more than its share, as far as the replicas allow. Pure. */
export function planMoves(all: readonly Led[]): { moves: (Move & { led: Led })[]; notes: string[] } {
  const moves: (Move & { led: Led })[] = [];
  const notes: string[] = [];
  for (const [cluster, peers] of peersByCluster(all)) {
    const total = [...peers.values()].reduce((sum, p) => sum + p.led.length, 0);
    const share = Math.ceil(total / Math.max(1, peers.size));
    notes.push(`Found cluster ${cluster} with a balanced distribution of ${share} over ${peers.size} servers`);
    const counts = new Map([...peers.values()].map((p) => [p.name, p.led.length]));
    const count = (name: string) => counts.get(name) ?? 0;
    for (const p of peers.values()) notes.push(`Server ${p.name} leads ${comma(p.led.length)}`);
    for (const p of peers.values()) {
      for (const led of p.led) {
        if (count(p.name) <= share) break;
        const targets = (led.cluster.replicas ?? []).filter((r) => !r.offline && r.current && count(r.name) < share);
        const to = targets.sort((a, b) => count(a.name) - count(b.name))[0]?.name;
        if (to === undefined) continue;
        counts.set(p.name, count(p.name) - 1);
        counts.set(to, count(to) + 1);
        moves.push({ name: led.name, cluster, from: p.name, to, led });
      }
    }
  }
  return { moves, notes };
}

/** Moves leaders and tells what it does; gives the moves made. One failure is passed over, a second ends it. */
export async function balance(runtime: Runtime, js: JetStream, all: readonly Led[], what: string): Promise<Move[]> {
  await requireLevel(js, 1, 'invalid server version. Balancer requires server version 2.11.0 or higher');
  const { moves, notes } = planMoves(all);
  for (const note of notes) runtime.log(note);
  const made: Move[] = [];
  let failures = 0;
  for (const { led, ...move } of moves) {
    runtime.log(`Moving the leader of ${what} ${move.name} from ${move.from} to ${move.to}`);
    if (runtime.contract.plan) {
      made.push(move);
      continue;
    }
    try {
      await led.stepDown({ preferred: move.to, ...(move.cluster ? { cluster: move.cluster } : {}) });
      made.push(move);
    } catch (error) {
      runtime.log(`Unable to step down the leader of ${move.name}: ${messageOf(error)}`);
      if (++failures > 1) throw error;
    }
  }
  return made;
}
