import { fail } from '#base/errors.ts';
import { humanBytes } from '#base/size.ts';
import type { Answer, Gatewayz, Jsz, Leafz, Varz } from '#client/system/types.ts';
import { type AuditCheck, type CheckWorld, documents, type Outcome, verdict } from './check.ts';

const suite = 'cluster';

export const clusterChecks: readonly AuditCheck[] = [
  {
    code: 'CLUSTER_001',
    suite,
    name: 'Cluster Memory Usage Outliers',
    description: 'The servers of a cluster use about the same memory',
    thresholds: {
      memory: { description: 'Highest use of memory, in averages of the cluster', default: 1.5, unit: '' },
    },
    run: checkMemory,
  },
  {
    code: 'CLUSTER_002',
    suite,
    name: 'Cluster Uniform Gateways',
    description: 'The servers of a cluster have the same gateways configured',
    run: checkGateways,
  },
  {
    code: 'CLUSTER_003',
    suite,
    name: 'Cluster High HA Assets',
    description: 'No server holds too many replicated streams and consumers',
    thresholds: { assets: { description: 'Most HA assets of a server', default: 1000, unit: 'uint' } },
    run: async (world) => {
      const most = world.threshold('assets');
      for (const cluster of world.archive.clusters) {
        for (const [server, jsz] of await jetStreams(world, cluster)) {
          if ((jsz.ha_assets ?? 0) > most) world.examples.add(`${server}: ${jsz.ha_assets} HA assets`);
        }
      }
      return verdict(world.examples, 'WARN');
    },
  },
  {
    code: 'CLUSTER_004',
    suite,
    name: 'Whitespace in cluster name',
    description: 'No cluster has whitespace in its name',
    run: async (world) => {
      for (const cluster of world.archive.clusters) {
        if (/[ \n]/.test(cluster)) world.examples.add(`Cluster: ${cluster}`);
      }
      return verdict(world.examples, 'FAIL');
    },
  },
];

export const leafChecks: readonly AuditCheck[] = [
  {
    code: 'LEAF_001',
    suite: 'leaf',
    name: 'Whitespace in leafnode server names',
    description: 'No leaf node has whitespace in its name',
    run: async (world) => {
      for (const cluster of world.archive.clusters) {
        const names = new Set<string>();
        for (const [, leafz] of await required<Leafz>(world, cluster, 'leafs')) {
          for (const { name } of leafz.leafs ?? []) if (/[ \t\r\n]/.test(name ?? '')) names.add(name);
        }
        if (names.size > 0) world.examples.add(`Cluster ${cluster}: [${[...names].join(' ')}]`);
      }
      return verdict(world.examples, 'FAIL');
    },
  },
];

export const metaChecks: readonly AuditCheck[] = [
  {
    code: 'META_001',
    suite: 'meta',
    name: 'Meta cluster offline replicas',
    description: 'Every member of the meta group is online',
    run: async (world) => {
      for (const cluster of world.archive.clusters) {
        for (const [server, { meta_cluster: meta }] of await jetStreams(world, cluster)) {
          for (const peer of meta?.replicas ?? []) {
            if (peer.offline) world.examples.add(`${cluster} - ${server} reports peer ${peer.name} as offline`);
          }
        }
      }
      return verdict(world.examples, 'FAIL');
    },
  },
  {
    code: 'META_002',
    suite: 'meta',
    name: 'Meta cluster leader',
    description: 'Every member of the meta group knows the same leader',
    run: checkLeader,
  },
];

/** What each server of a cluster answered. A server without an answer leaves the check without its facts. */
async function required<T>(world: CheckWorld, cluster: string, type: string): Promise<[server: string, data: T][]> {
  const found: [string, T][] = [];
  for (const server of world.archive.servers(cluster)) {
    const before = found.length;
    for await (const { data } of documents<Answer<T>>(world.archive, { cluster, server, artifact_type: type })) {
      if (data) found.push([server, data]);
    }
    if (found.length === before) throw fail('error', `no ${type} of server ${server} in cluster ${cluster}`);
  }
  return found;
}

/** The same for JetStream, which servers may have off. Pages of one server count once. */
async function jetStreams(world: CheckWorld, cluster: string): Promise<Map<string, Jsz>> {
  const found = new Map<string, Jsz>();
  for (const server of world.archive.servers(cluster)) {
    const tags = { cluster, server, artifact_type: 'jetstream_info' };
    for await (const { data } of documents<Answer<Jsz>>(world.archive, tags)) {
      if (data && !data.disabled && !found.has(server)) found.set(server, data);
    }
    if (!found.has(server)) await expectNone(world, cluster, server);
  }
  return found;
}

/** Fails when a server that has JetStream did not tell about it. */
async function expectNone(world: CheckWorld, cluster: string, server: string): Promise<void> {
  const tags = { cluster, server, artifact_type: 'variables' };
  for await (const { data } of documents<Answer<Varz>>(world.archive, tags)) {
    const config = data?.jetstream?.config;
    if (!config) world.log(`${cluster} / ${server} has no JetStream`);
    else throw fail('error', `no jetstream_info of server ${server} in cluster ${cluster}`);
  }
}

async function checkMemory(world: CheckWorld): Promise<Outcome> {
  const most = world.threshold('memory');
  for (const cluster of world.archive.clusters) {
    const servers = await required<Varz>(world, cluster, 'variables');
    const mean = servers.reduce((sum, [, { mem }]) => sum + Number(mem), 0) / servers.length;
    for (const [server, { mem }] of servers) {
      if (Number(mem) <= mean * most) continue;
      const average = humanBytes(Math.trunc(mean));
      world.examples.add(`Cluster ${cluster} avg: ${average}, server ${server}: ${humanBytes(mem)}`);
    }
  }
  return verdict(world.examples, 'WARN');
}

async function checkGateways(world: CheckWorld): Promise<Outcome> {
  for (const cluster of world.archive.clusters) {
    const servers = await required<Gatewayz>(world, cluster, 'gateways');
    const inbound = servers.map(([server, { inbound_gateways: links = {} }]) => {
      return [server, namesOf(links, (list) => list.some((link) => link.configured))] as const;
    });
    const outbound = servers.map(([server, { outbound_gateways: links = {} }]) => {
      return [server, namesOf(links, (link) => link.configured === true)] as const;
    });
    compare(world, cluster, 'inbound', inbound);
    compare(world, cluster, 'outbound', outbound);
  }
  return verdict(world.examples, 'FAIL');
}

function namesOf<T>(links: Readonly<Record<string, T>>, isConfigured: (link: T) => boolean): string {
  const names = Object.entries(links).filter(([, link]) => isConfigured(link));
  return `[${names
    .map(([name]) => name)
    .sort()
    .join(' ')}]`;
}

/** Holds each server's gateways against those of the one before. */
function compare(
  world: CheckWorld,
  cluster: string,
  kind: string,
  servers: readonly (readonly [server: string, gateways: string])[],
): void {
  for (const [i, [server, gateways]] of servers.entries()) {
    const before = servers[i - 1];
    if (!before || before[1] === gateways) continue;
    world.examples.add(
      `Cluster ${cluster}, ${kind} gateways server ${server}: ${gateways} != server ${before[0]}: ${before[1]}`,
    );
  }
}

async function checkLeader(world: CheckWorld): Promise<Outcome> {
  for (const cluster of world.archive.clusters) {
    const followers = new Map<string, string[]>();
    for (const [server, { meta_cluster: meta }] of await jetStreams(world, cluster)) {
      if (!meta) continue;
      const leader = meta.leader || 'NO_LEADER';
      followers.set(leader, [...(followers.get(leader) ?? []), server]);
    }
    const groups = [...followers].sort().map(([leader, servers]) => `${leader}:[${servers.join(' ')}]`);
    if (followers.has('NO_LEADER')) world.examples.add(`Members of ${cluster} have no meta leader`);
    else if (groups.length > 1) {
      world.examples.add(`Members of ${cluster} disagree on meta leader (map[${groups.join(' ')}])`);
    }
  }
  return verdict(world.examples, 'FAIL');
}
