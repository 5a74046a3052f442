// Facts about servers from an audit archive: a zip file of JSON documents with a manifest that says what each one is.
import { fail } from '#base/errors.ts';
import { type Archive, openArchive } from './archive-file.ts';
import { unclustered } from './archive-layout.ts';
import type { EndpointOptions, SystemSource } from './source.ts';
import type {
  Answer,
  ConnInfo,
  Connz,
  Endpoint,
  Endpoints,
  Gatewayz,
  Routez,
  ServerFilter,
  ServerIdentity,
  StatsAnswer,
  Varz,
} from './types.ts';

/** What the manifest calls the answers of each endpoint. */
const kinds: Readonly<Record<Endpoint, string>> = {
  VARZ: 'variables',
  EXPVARZ: 'exp_variables',
  CONNZ: 'account_connections',
  ROUTEZ: 'routes',
  GATEWAYZ: 'gateways',
  LEAFZ: 'leafs',
  SUBSZ: 'subs',
  JSZ: 'jetstream_info',
  ACCOUNTZ: 'accounts',
  HEALTHZ: 'health',
  PROFILEZ: 'profile',
  RAFTZ: 'account_raftz',
  IPQUEUESZ: 'account_ipqueues',
  IDZ: '',
};

/** Options an archive cannot honour: what was not asked when it was made is not in it. */
const refused: Partial<Record<Endpoint, readonly string[]>> = {
  CONNZ: ['acc', 'filter_subject', 'user', 'state'],
  GATEWAYZ: ['name'],
  LEAFZ: ['account'],
  JSZ: ['account'],
  HEALTHZ: ['js-enabled-only', 'js-server-only', 'account', 'stream', 'consumer'],
};

/** Facts from an archive. */
export async function archiveSource(bytes: Uint8Array): Promise<SystemSource> {
  const archive = await openArchive(bytes);

  const ask = async <K extends Endpoint>(
    endpoint: K,
    options: EndpointOptions = {},
  ): Promise<Answer<Endpoints[K]>[]> => {
    const bad = (refused[endpoint] ?? []).filter((key) => options[key]);
    if (bad.length > 0) {
      throw fail('usage', `unsupported option for archive ${endpoint.toLowerCase()}: ${bad.join(', ')}`, {
        hint: 'an archive holds what was gathered; filter the data with --jq instead',
      });
    }
    if (endpoint === 'PROFILEZ') return (await profiles(archive, options)) as Answer<Endpoints[K]>[];
    const account = endpoint === 'ACCOUNTZ' ? (options['account'] as string | undefined) : undefined;
    const wanted = account ? { artifact_type: 'account_info', account } : { artifact_type: kinds[endpoint] };
    const found: Answer<Endpoints[K]>[] = [];
    for (const artifact of archive.find(wanted)) {
      const answer = await archive.readJson<Answer<Endpoints[K]>>(artifact);
      if (!answer.server || !matches(answer.server, options)) continue;
      if (account) found.push(wrapAccount(answer));
      else found.push(endpoint === 'CONNZ' ? withAccount(answer, artifact.tags.account) : answer);
    }
    return merged(endpoint, found);
  };

  return {
    isLive: false,
    ask,
    stats: async (filter = {}) =>
      statsFrom(await ask('VARZ', { ...filter }), await ask('ROUTEZ'), await ask('GATEWAYZ')),
    close: async () => undefined,
  };
}

/** The filter as servers understand it. */
function matches(server: ServerIdentity, filter: ServerFilter): boolean {
  const fits = (value: string | undefined, wanted: string): boolean =>
    filter.exact_match ? value === wanted : (value ?? '').includes(wanted);
  const { server_name: name, host, cluster, domain, tags } = filter;
  if (name && !fits(server.name, name) && !fits(server.id, name)) return false;
  if (host && !fits(server.host, host)) return false;
  if (cluster && !fits(server.cluster, cluster)) return false;
  if (domain && server.domain !== domain) return false;
  const own = (server.tags ?? []).map((t) => t.toLowerCase());
  return (tags ?? []).every((t) => own.includes(t.trim().toLowerCase()));
}

function wrapAccount<T>(answer: Answer<T>): Answer<T> {
  return { ...answer, data: { account_detail: answer.data } as T };
}

function withAccount<T>(answer: Answer<T>, account: string | undefined): Answer<T> {
  const data = answer.data as Connz | undefined;
  if (!data) return answer;
  const connections = (data.connections ?? []).map((c): ConnInfo => (c.account || !account ? c : { ...c, account }));
  return { ...answer, data: { ...data, connections } as T };
}

/** Answers that were gathered in pages or by account become one for each server again. */
function merged<K extends Endpoint>(endpoint: K, answers: readonly Answer<Endpoints[K]>[]): Answer<Endpoints[K]>[] {
  if (endpoint !== 'CONNZ' && endpoint !== 'JSZ' && endpoint !== 'SUBSZ') return [...answers];
  const byServer = new Map<string, Answer<Endpoints[K]>>();
  for (const answer of answers) {
    const known = byServer.get(answer.server.id);
    if (!known?.data || !answer.data) byServer.set(answer.server.id, known ?? answer);
    else byServer.set(answer.server.id, { ...known, data: join(endpoint, known.data, answer.data) });
  }
  return [...byServer.values()];
}

function join<T>(endpoint: Endpoint, a: T, b: T): T {
  if (endpoint === 'CONNZ') {
    const [x, y] = [a as Connz, b as Connz];
    const connections = [...x.connections, ...y.connections];
    return { ...x, connections, num_connections: connections.length, total: x.total + y.total } as T;
  }
  const key = endpoint === 'JSZ' ? 'account_details' : 'subscriptions_list';
  const [x, y] = [a as Record<string, unknown[] | undefined>, b as Record<string, unknown[] | undefined>];
  return { ...x, [key]: [...(x[key] ?? []), ...(y[key] ?? [])] } as T;
}

async function profiles(archive: Archive, options: EndpointOptions): Promise<Answer<unknown>[]> {
  const found: Answer<unknown>[] = [];
  for (const artifact of archive.find({ artifact_type: 'profile' })) {
    const { tags } = artifact;
    const [, name, level = '0'] = /^(.*?)(?:_(\d+))?$/.exec(tags.profile_name ?? '') ?? [];
    if ((options['name'] && options['name'] !== name) || Number(level) !== (options['debug'] ?? 0)) continue;
    const cluster = tags.cluster === unclustered ? '' : (tags.cluster ?? '');
    const server: ServerIdentity = { name: tags.server ?? '', cluster, id: '', host: '', ver: '', time: '' };
    if (!matches(server, options)) continue;
    const bytes = await archive.read(artifact);
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    found.push({ server, data: { profile: btoa(binary) } });
  }
  return found;
}

/** The statistics a server would have sent, from what it said in other answers. */
function statsFrom(
  varz: readonly Answer<Varz>[],
  routez: readonly Answer<Routez>[],
  gatewayz: readonly Answer<Gatewayz>[],
): StatsAnswer[] {
  const routes = new Map(routez.map((r) => [r.server.id, r.data]));
  const gateways = new Map(gatewayz.map((g) => [g.server.id, g.data]));
  return varz.flatMap(({ server, data }) => {
    if (!data) return [];
    const links = gateways.get(server.id);
    const names = new Set([
      ...Object.keys(links?.inbound_gateways ?? {}),
      ...Object.keys(links?.outbound_gateways ?? {}),
    ]);
    return [
      {
        server,
        statsz: {
          start: data.start,
          mem: data.mem,
          cores: data.cores,
          cpu: data.cpu,
          connections: data.connections,
          total_connections: data.total_connections,
          subscriptions: data.subscriptions,
          sent: { msgs: data.out_msgs, bytes: data.out_bytes },
          received: { msgs: data.in_msgs, bytes: data.in_bytes },
          slow_consumers: data.slow_consumers,
          ...(data.slow_consumer_stats ? { slow_consumer_stats: data.slow_consumer_stats } : {}),
          routes: (routes.get(server.id)?.routes ?? []).map((r) => ({ rid: r.rid, name: r.remote_name ?? '' })),
          gateways: [...names].map((name) => ({
            gwid: 0,
            name,
            inbound_connections: links?.inbound_gateways?.[name]?.length ?? 0,
          })),
          ...(data.jetstream?.config ? { jetstream: data.jetstream } : {}),
        },
      },
    ];
  });
}
