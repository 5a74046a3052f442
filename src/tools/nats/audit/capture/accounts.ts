// What servers say of each account: its connections, limits and streams.
import type { AccountDetail, Accountz, Jsz } from '#client/system/types.ts';
import { askAll, askServer, type Capture, inParallel, page, placeTags } from './capture.ts';

interface AccountEndpoint {
  readonly name: string;
  readonly type: string;
  /** Asked on the subject of the account without a body, unless there is one. */
  readonly body?: (account: string) => Readonly<Record<string, unknown>>;
  /** Asked of all servers, with the account in the body. */
  readonly isPing?: boolean;
}

const endpoints: readonly AccountEndpoint[] = [
  { name: 'CONNZ', type: 'account_connections', body: () => ({ subscriptions: true, offset: 0, limit: page }) },
  { name: 'LEAFZ', type: 'account_leafs' },
  { name: 'SUBSZ', type: 'account_subs' },
  { name: 'INFO', type: 'account_info' },
  { name: 'JSZ', type: 'account_jetstream_info' },
  { name: 'RAFTZ', type: 'account_raftz', isPing: true, body: (account) => ({ account, group: '' }) },
  { name: 'IPQUEUESZ', type: 'account_ipqueues', isPing: true, body: (filter) => ({ all: false, filter }) },
];

/** Learns which accounts there are, from all servers. Accounts nobody uses are not known to servers. */
export async function discoverAccounts(capture: Capture): Promise<void> {
  capture.info('Broadcasting PING to discover accounts... ');
  const answers = await askAll<Accountz>(capture, '$SYS.REQ.SERVER.PING.ACCOUNTZ', undefined, capture.servers.size);
  for (const { server, data } of answers) {
    capture.info(`Discovered ${data?.accounts?.length ?? 0} accounts on server ${server.name}`);
    for (const account of data?.accounts ?? []) {
      const known = capture.accounts.get(account) ?? new Set();
      capture.accounts.set(account, known.add(server.id));
    }
    const system = data?.system_account ?? '';
    if (system && capture.systemAccount && system !== capture.systemAccount) {
      capture.problem(`Multiple system accounts detected (${capture.systemAccount}, ${system})`);
    }
    capture.systemAccount ||= system;
  }
  if (capture.systemAccount) capture.info(`Discovered system account name: ${capture.systemAccount}`);
  capture.info(`Discovered ${capture.accounts.size} accounts over ${capture.servers.size} servers`);
}

/** How many of the servers that know an account still answer. */
function askable(capture: Capture, servers: Iterable<string>): number {
  return [...servers].filter((id) => !capture.lost.has(id)).length;
}

/** Asks for every account. */
export async function captureAccounts(capture: Capture): Promise<void> {
  capture.info(`Querying ${endpoints.length} endpoints for ${capture.accounts.size} known accounts...`);
  const before = capture.archive.count;
  await inParallel(capture.accounts, 8, async ([account, knowing]) => {
    for (const endpoint of endpoints) await captureEndpoint(capture, account, knowing, endpoint);
  });
  const count = capture.archive.count - before;
  capture.info(`Captured ${count} endpoint responses from ${capture.accounts.size} accounts`);
}

async function captureEndpoint(
  capture: Capture,
  account: string,
  knowing: ReadonlySet<string>,
  { name, type, body, isPing = false }: AccountEndpoint,
): Promise<void> {
  if (!isPing && !isToken(account)) return;
  const subject = isPing ? `$SYS.REQ.SERVER.PING.${name}` : `$SYS.REQ.ACCOUNT.${account}.${name}`;
  const expect = askable(capture, isPing ? capture.servers.keys() : knowing);
  const answers = await askAll<Record<string, unknown>>(capture, subject, body?.(account), expect);
  for (const answer of answers) {
    const tags = { account, ...placeTags(answer.server), artifact_type: type };
    await capture.archive.addJson(answer, tags);
    if (name !== 'CONNZ') continue;
    // The other pages, from this server alone.
    let full = lengthOf(answer.data) === page;
    for (let offset = page; full; offset += page) {
      const options = { acc: account, subscriptions: true, offset, limit: page };
      const next = await askServer<Record<string, unknown>>(capture, answer.server, name, options);
      if (next) await capture.archive.addJson(next, tags);
      full = lengthOf(next?.data) === page;
    }
  }
}

function lengthOf(data: Readonly<Record<string, unknown>> | undefined): number {
  const list = data?.['connections'];
  return Array.isArray(list) ? list.length : 0;
}

/** Whether a name can stand in a subject. */
function isToken(name: string): boolean {
  return name !== '' && !/[\s.*>]/.test(name);
}

/** Every replica of every stream of every account, from the server it is on. Gives the number of streams. */
export async function captureStreams(capture: Capture): Promise<number> {
  capture.info('Gathering streams data...');
  let total = 0;
  for (const account of capture.accounts.keys()) {
    if (account === capture.systemAccount) continue;
    total += await captureAccountStreams(capture, account);
  }
  return total;
}

async function captureAccountStreams(capture: Capture, account: string): Promise<number> {
  const options = { account, streams: true, consumer: capture.withConsumers, config: true, raft: true };
  const expect = askable(capture, capture.servers.keys());
  const body = { ...options, direct_consumer: true };
  const answers = await askAll<Jsz>(capture, '$SYS.REQ.SERVER.PING.JSZ', body, expect);
  const names = new Set<string>();
  for (const { server, data } of answers) {
    const own = ownDetails(data, account);
    for (const stream of own?.stream_detail ?? []) {
      if (!names.has(stream.name)) capture.info(`Discovered stream ${stream.name} in account ${account}`);
      names.add(stream.name);
      const cluster = stream.cluster?.name || server.cluster || 'unclustered';
      const tags = { account, server: server.name, cluster, stream: stream.name, artifact_type: 'stream_info' };
      await capture.archive.addJson(stream, tags);
    }
  }
  capture.info(`Discovered ${names.size} streams in account ${account}`);
  return names.size;
}

/** A server that does not have the account may tell of others instead. */
function ownDetails(data: Jsz | undefined, account: string): AccountDetail | undefined {
  return data?.account_details?.find((a) => a.name === account || a.id === account);
}
