// What each server says of itself: the monitoring endpoints and profiles.
import { messageOf } from '#base/errors.ts';
import type { Profilez, ServerIdentity } from '#client/system/types.ts';
import { askServer, type Capture, inParallel, page, placeTags } from './capture.ts';

interface ServerEndpoint {
  readonly name: string;
  readonly type: string;
  /** What to ask for when details are wanted. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** The list that comes in pages. */
  readonly list?: string;
}

const endpoints: readonly ServerEndpoint[] = [
  { name: 'VARZ', type: 'variables' },
  { name: 'EXPVARZ', type: 'exp_variables' },
  {
    name: 'CONNZ',
    type: 'connections',
    body: { subscriptions: true, subscriptions_detail: true },
    list: 'connections',
  },
  { name: 'ROUTEZ', type: 'routes', body: { subscriptions: true, subscriptions_detail: true } },
  { name: 'GATEWAYZ', type: 'gateways', body: { accounts: true, subscriptions: true, subscriptions_detail: true } },
  { name: 'LEAFZ', type: 'leafs', body: { subscriptions: true } },
  { name: 'SUBSZ', type: 'subs', body: { subscriptions: true }, list: 'subscriptions_list' },
  {
    name: 'JSZ',
    type: 'jetstream_info',
    body: { accounts: true, streams: true, consumer: true, config: true, raft: true },
    list: 'account_details',
  },
  { name: 'ACCOUNTZ', type: 'accounts' },
  { name: 'HEALTHZ', type: 'health', body: { details: true } },
];

/** A server that leaves so many questions in a row without an answer is not asked again. */
const patience = 2;

/** Asks every server everything. */
export async function captureServers(capture: Capture): Promise<void> {
  capture.info(`Querying ${endpoints.length} endpoints on ${capture.servers.size} known servers...`);
  const before = capture.archive.count;
  await inParallel(capture.servers.values(), 8, async (server) => {
    let silent = 0;
    for (const endpoint of endpoints) {
      if (endpoint.name === 'JSZ' && !server.jetstream) {
        capture.info(`Server ${server.name} does not have jetstream enabled - skipping JSZ endpoint`);
        continue;
      }
      silent = (await captureEndpoint(capture, server, endpoint)) ? 0 : silent + 1;
      if (silent < patience) continue;
      capture.lost.add(server.id);
      capture.problem(`Server ${server.name} does not answer any more, it is left out`);
      return;
    }
  });
  const count = capture.archive.count - before;
  capture.info(`Captured ${count} endpoint responses from ${capture.servers.size - capture.lost.size} servers`);
}

/** All pages of one endpoint; false when there was no answer. */
async function captureEndpoint(capture: Capture, server: ServerIdentity, endpoint: ServerEndpoint): Promise<boolean> {
  const { name, type, body, list } = endpoint;
  for (let offset = 0; ; offset += page) {
    const options = capture.details && body ? { ...body, ...(list ? { offset, limit: page } : {}) } : undefined;
    const answer = await askServer<Record<string, unknown>>(capture, server, name, options);
    if (!answer) return offset > 0;
    await capture.archive.addJson(answer, { ...placeTags(server), artifact_type: type });
    const entries = list && answer.data?.[list];
    if (!options || !Array.isArray(entries) || entries.length < page) return true;
  }
}

/** Kinds of profiles, and their level of detail. */
const profiles: readonly (readonly [name: string, debug: number])[] = [
  ['goroutine', 1],
  ['goroutine', 2],
  ...(['heap', 'allocs', 'mutex', 'threadcreate', 'block', 'cpu'] as const).map((name) => [name, 0] as const),
];

/** Fetches the profiles of every server; that of the CPU takes as long as the timeout. */
export async function captureProfiles(capture: Capture): Promise<void> {
  capture.info(`Capturing ${profiles.length} profiles on ${capture.servers.size} known servers...`);
  let count = 0;
  await inParallel(capture.servers.values(), 8, async (server) => {
    for (const [name, debug] of profiles) {
      const isTimed = name === 'cpu';
      const body = { name, debug, ...(isTimed ? { duration: capture.timeout * 1e6 } : {}) };
      const timeout = capture.timeout + (isTimed ? 2000 : 0);
      const answer = await askServer<Profilez>(capture, server, 'PROFILEZ', body, timeout);
      if (!answer) continue;
      try {
        if (answer.data?.error) throw new Error(answer.data.error);
        const bytes = Uint8Array.from(atob(answer.data?.profile ?? ''), (c) => c.charCodeAt(0));
        const profile = debug > 0 ? `${name}_${debug}` : name;
        const tags = { ...placeTags(server), artifact_type: 'profile', profile_name: profile };
        await capture.archive.addRaw(bytes, 'prof', tags);
        count += 1;
      } catch (error) {
        capture.problem(`Failed to retrieve ${name} profile from server ${server.name}: ${messageOf(error)}`);
      }
    }
  });
  capture.info(`Captured ${count} server profiles from ${capture.servers.size} servers`);
}
