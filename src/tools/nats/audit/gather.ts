import { during, fail } from '#base/errors.ts';
import { sentenceList } from '#base/human.ts';
import { formatRfc3339Nano, toMillis } from '#base/time.ts';
import { arr, int, record, str } from '#cli/schema.ts';
import { writeArchive } from '#client/system/archive-write.ts';
import { absentServers, type LiveSource } from '#client/system/source.ts';
import type { ServerIdentity } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { FileWriter, Runtime } from '#runtime/runtime.ts';
import { loadSettings } from '#runtime/settings.ts';
import { parseAddress } from '../address.ts';
import { openLive } from '../server/source.ts';
import { captureAccounts, captureStreams, discoverAccounts } from './capture/accounts.ts';
import type { Capture } from './capture/capture.ts';
import { captureProfiles, captureServers } from './capture/servers.ts';
import { userName } from './user.ts';

const on = { type: 'bool', default: 'true', negatable: true } as const;

/** `nats audit gather` */
export const command = defineCommand({
  name: 'gather',
  aliases: ['capture', 'cap'],
  help: 'Gather the state of a deployment into an archive\n\nThe archive is a zip file of JSON documents. "nats audit analyze" checks it, and the reports of "nats server" read it with --archive. Servers that do not answer are named.',
  flags: {
    output: {
      type: 'string',
      short: 'o',
      help: 'Where to write the archive; the folder for temporary files otherwise',
    },
    progress: { ...on, help: 'Say what is being gathered' },
    cluster: { type: 'string', default: '', placeholder: 'CLUSTER', help: 'Only servers of this cluster' },
    'server-endpoints': { ...on, help: 'The monitoring endpoints of each server' },
    'server-profiles': { ...on, help: 'The profiles of each server; takes as long as --timeout' },
    'account-endpoints': { ...on, help: 'The monitoring endpoints of each account' },
    streams: { ...on, help: 'The state of each stream' },
    consumers: { ...on, help: 'The state of the consumers of each stream' },
    details: { ...on, help: 'All that servers can tell of themselves' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: record({
    ...{ archive: str, servers: arr(str), absent: arr(str), accounts: int, streams: int, artifacts: int },
  }),
  async run(input, runtime) {
    const { flags } = input;
    const started = runtime.clock.now();
    const target = flags.output || `${runtime.env('TMPDIR') || '/tmp'}/audit-archive-${started / 1_000_000_000n}.zip`;
    const log = newLog(runtime, flags.progress);
    const live = await openLive(runtime);
    const { servers, absent } = await discover(live, flags.cluster, log);
    const found = { archive: target, servers: [...servers.values()].map((s) => s.name).sort(), absent };
    if (runtime.contract.plan) {
      const text = () => `Would gather from ${sentenceList(found.servers)} into ${target}\n`;
      return runtime.show({ data: { ...found, accounts: 0, streams: 0, artifacts: 0 }, text });
    }
    const file = await openTarget(runtime, target);
    const settings = await loadSettings(runtime);
    const archive = writeArchive(file, toMillis(started));
    const capture: Capture = {
      ...{ live, archive, servers, signal: runtime.signal, lost: new Set(), accounts: new Map(), systemAccount: '' },
      ...{ timeout: Number(settings.timeout / 1_000_000n), details: flags.details, withConsumers: flags.consumers },
      ...{ info: log.info, problem: log.problem },
    };
    try {
      await discoverAccounts(capture);
      const part = (wanted: boolean, what: string, run: () => Promise<unknown>): Promise<unknown> | undefined =>
        wanted ? run() : void log.info(`Skipping ${what} gathering`);
      await part(flags['server-endpoints'], 'servers endpoints data', () => captureServers(capture));
      await part(flags['server-profiles'], 'server profiles', () => captureProfiles(capture));
      await part(flags['account-endpoints'], 'accounts endpoints data', () => captureAccounts(capture));
      const streams = await part(flags.streams, 'streams data', () => captureStreams(capture));
      await archive.addJson(await metadata(runtime, live), { special: 'audit_gather_metadata' });
      await archive.addRaw(new TextEncoder().encode(log.text()), 'log', { special: 'audit_gather_log' });
      await archive.end();
      await file.close();
      log.info(`Archive created at: ${target}`);
      for (const id of capture.lost) absent.push(servers.get(id)?.name ?? id);
      const counts = { accounts: capture.accounts.size, streams: Number(streams ?? 0), artifacts: archive.count };
      await runtime.show({ data: { ...found, ...counts }, text: () => '' });
    } catch (error) {
      await file.abort();
      throw error;
    }
    if (runtime.contract.strict && absent.length > 0) {
      throw fail('partial', `no answer from ${sentenceList(absent)}`, { hint: 'they are down, cut off or slow' });
    }
  },
});

interface Log {
  info(text: string): void;
  problem(text: string): void;
  text(): string;
}

/** Everything goes to the archive too; problems are always shown. */
function newLog(runtime: Runtime, progress: boolean): Log {
  const lines: string[] = [];
  const add = (text: string, show: boolean): void => {
    lines.push(`${text}\n`);
    if (show) runtime.log(text);
  };
  return {
    info: (text) => add(text, progress),
    problem: (text) => add(text, true),
    text: () => lines.join(''),
  };
}

/** The servers of the cluster that answer, and the names of those that should have. */
async function discover(
  live: LiveSource,
  cluster: string,
  log: Log,
): Promise<{ servers: Map<string, ServerIdentity>; absent: string[] }> {
  log.info('Broadcasting PING to discover servers... (this may take a few seconds)');
  const all = await live.stats().catch(during('failed to discover servers: failed to gather server responses'));
  const servers = new Map<string, ServerIdentity>();
  for (const { server } of all) {
    if (cluster && server.cluster !== cluster) continue;
    servers.set(server.id, server);
    log.info(`Discovered server '${server.name}' (${server.id})`);
  }
  log.info(`Discovered ${servers.size} servers`);
  if (servers.size === 0) {
    const message = cluster ? `no server of cluster ${cluster} answered` : 'no server answered';
    throw fail('not-found', message, { hint: 'nats server list shows the servers and their clusters' });
  }
  const known = live.known();
  if (cluster || known === undefined || known <= all.length) return { servers, absent: [] };
  const absence = await absentServers(
    live,
    all.map(({ server }) => server.name),
  );
  const absent = [...absence.names, ...Array<string>(absence.unnamed).fill('unknown')];
  if (absent.length > 0) log.problem(`No answer from ${sentenceList(absent)}`);
  return { servers, absent };
}

/** Where the archive goes: beside its target until it is whole, so that a good one is never lost to half of one. */
async function openTarget(runtime: Runtime, target: string): Promise<FileWriter> {
  const { files } = runtime;
  const failed = (error: unknown): never => {
    throw fail('error', `failed to create archive: ${(error as Error).message}`, { reason: error });
  };
  const there = await files.stat(target);
  if (there && there.kind !== 'file') return files.create(target).catch(failed);
  const part = `${target}.part`;
  const writer = await files.create(part).catch(failed);
  return {
    write: writer.write,
    abort: writer.abort,
    close: async () => {
      await writer.close();
      await files.rename(part, target);
    },
  };
}

async function metadata(runtime: Runtime, { connection }: LiveSource): Promise<unknown> {
  const settings = await loadSettings(runtime);
  const address = (url: string) => `${parseAddress(url).host}:${parseAddress(url).port}`;
  const here = connection.serverUrl;
  // The address as it was given, so that the login is seen but no secret.
  const given = settings.servers.find((url) => address(url) === address(here)) ?? here;
  return {
    capture_timestamp: formatRfc3339Nano(runtime.clock.now()),
    connected_server_name: connection.info.server_name,
    connected_server_version: connection.info.version,
    connect_url: parseAddress(given).shown,
    user_name: await userName(runtime),
    version: `nats ${runtime.version}`,
  };
}
