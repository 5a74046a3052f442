// Streams and consumers replica by replica, compared with each other.

import { during, fail } from '#base/errors.ts';
import { parseJsonStream } from '#base/json64.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { ClusterInfo } from '#client/jetstream/types.ts';
import type { LiveSource } from '#client/system/source.ts';
import type { Answer, Healthz, Jsz } from '#client/system/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { reportAbsent } from './absent.ts';
import { archiveFlag } from './flags.ts';
import { openLive, openSource } from './source.ts';

/** The flags both checks take. */
export const replicaFlags = {
  'raft-group': { type: 'string', help: 'Only this RAFT group' },
  health: { type: 'bool', help: 'Ask each server for the health of each replica' },
  expected: { type: 'int', help: 'How many servers to wait for' },
  unsynced: { type: 'bool', help: 'Only replicas that differ from the others' },
  stdin: { type: 'bool', help: 'Read what "nats server request jetstream --all" printed' },
  'read-timeout': { type: 'int', default: '5', help: 'How many seconds to wait' },
  csv: { type: 'bool', help: 'Print CSV' },
  ...archiveFlag,
} as const satisfies FlagSpecs;

export interface ReplicaInput {
  readonly health: boolean;
  readonly expected?: number | undefined;
  readonly stdin: boolean;
  readonly 'read-timeout': number;
  readonly csv: boolean;
  readonly archive?: string | undefined;
}

/** What servers said, and the lines that tell how the asking went. */
export interface Gathered {
  readonly answers: readonly Answer<Jsz>[];
  readonly heading: string;
  readonly source: LiveSource | undefined;
  /** Says who is missing, once what there is has been shown. */
  tellAbsent(): Promise<void>;
}

/** Gets every server's streams, from the servers, an archive or stdin. */
export async function gatherReplicas(
  runtime: Runtime,
  input: ReplicaInput,
  options: Readonly<Record<string, unknown>>,
): Promise<Gathered> {
  if (input.health && input.archive) throw fail('usage', '--health requires a live server connection');
  const started = runtime.clock.mono();
  const since = (from: bigint) => (Number(runtime.clock.mono() - from) / 1e9).toFixed(3);
  let heading = '';
  let answers: readonly Answer<Jsz>[];
  let source: LiveSource | undefined;
  let expected = input.expected ?? 0;
  let asked = started;
  if (input.stdin) {
    const text = new TextDecoder().decode(await runtime.stdin.bytes());
    const all = [...parseJsonStream(text)] as unknown as Answer<Jsz>[];
    answers = expected > 0 ? all.slice(0, expected) : all;
  } else if (input.archive) {
    answers = await (await openSource(runtime, { archive: input.archive })).ask('JSZ', options);
  } else {
    await runtime.connect();
    heading = `Connected in ${since(started)}s\n`;
    const plain = await openLive(runtime);
    expected ||= await plain.activeServers().catch(during('failed to get current active servers'));
    const wait = input['read-timeout'] > 0 ? { timeout: input['read-timeout'] * 1000 } : {};
    source = await openLive(runtime, { expect: expected, ...wait });
    asked = runtime.clock.mono();
    answers = await source.ask('JSZ', options);
  }
  if (answers.length === 0) throw fail('not-found', 'no JSZ responses received');
  if (!input.csv) {
    heading += `Response took ${since(asked)}s\nServers: ${answers.length}\n`;
    if (expected > answers.length) heading += `Warning: expected ${expected} responses got ${answers.length}\n`;
  }
  const tellAbsent = async (): Promise<void> => {
    // A number that was asked for is not one that must be there.
    if (!source || input.expected) return;
    const names = answers.map((answer) => answer.server.name);
    const live: LiveSource = { ...(await openLive(runtime)), known: () => expected };
    await reportAbsent(runtime, live, names);
  };
  return { answers, heading, source, tellAbsent };
}

/** What a server says of the health of one stream or consumer. */
export async function healthOf(
  source: LiveSource | undefined,
  server: string,
  what: { account: string; stream: string; consumer?: string },
): Promise<string> {
  const answer = await source?.askOne<Healthz>(server, 'HEALTHZ', what);
  return answer?.data ? `:${answer.data.status}:${answer.data.error ?? ''}` : '';
}

/** The followers as the server sees them. */
export function peersText(cluster: ClusterInfo | undefined): string {
  return (cluster?.replicas ?? [])
    .map((r) => `${r.name}(current=${String(r.current).padEnd(5)},offline=${r.offline === true})`.padEnd(40))
    .reverse()
    .join(' ')
    .trim();
}

/** Things that belong together: replicas of one group, or of one name where there are no groups. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const list = groups.get(key(item));
    if (list) list.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
