// What key-value and object buckets have in common: being found, placed and described.
import { humanDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { formatDateTime, isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { listStreams, streamNames } from '#client/jetstream/streams.ts';
import type { ClusterInfo, Placement, StreamConfig, StreamInfo, Time } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Columns } from '#view/columns.ts';
import { peerText } from './cluster.ts';
import { configDifference } from './difference.ts';

/** `KV_` or `OBJ_`: what the streams of a kind of bucket begin with. */
export type BucketPrefix = 'KV_' | 'OBJ_';

const kinds = { KV_: 'KV', OBJ_: 'Object' } as const;

/** The bucket named, or one picked from a list on a terminal. */
export async function bucketName(
  runtime: Runtime,
  js: JetStream,
  prefix: BucketPrefix,
  name: string | undefined,
): Promise<string> {
  if (name) return name;
  const command = prefix === 'KV_' ? 'nats kv' : 'nats object';
  const names: string[] = [];
  for await (const stream of streamNames(js)) if (stream.startsWith(prefix)) names.push(stream.slice(prefix.length));
  if (names.length === 0) throw fail('not-found', `no ${kinds[prefix]} buckets found`, { hint: `${command} add NAME` });
  const prompts = await runtime.prompts();
  const choices = names.map((value) => ({ label: value, value }));
  return prompts.select({ message: 'Select a Bucket', choices, flag: 'the bucket argument' });
}

/** The streams of all buckets of a kind. */
export async function listBuckets(js: JetStream, prefix: BucketPrefix): Promise<StreamInfo[]> {
  const found: StreamInfo[] = [];
  for await (const info of listStreams(js)) if (info.config.name.startsWith(prefix)) found.push(info);
  return found;
}

export function bySize(a: StreamInfo, b: StreamInfo): number {
  return Number(BigInt(a.state.bytes) - BigInt(b.state.bytes));
}

/** `2024-05-06 07:08:09` of a server's time. */
export function localTime(time: Time): string {
  return formatDateTime(tryParseRfc3339(time) ?? 0n);
}

/** How long ago a stream got its last message; `never` for an empty one. */
export function lastUpdate(info: StreamInfo, now: bigint): string {
  const last = lastTime(info);
  return last === undefined ? 'never' : humanDuration(now - last);
}

/** Unix nanoseconds of the last message; undefined when there never was one. */
export function lastTime(info: StreamInfo): bigint | undefined {
  const last = tryParseRfc3339(info.state.last_ts) ?? 0n;
  return isZeroTime(last) ? undefined : last;
}

/** Adds where the bucket's stream lives. */
export function addBucketCluster(report: Columns, cluster: ClusterInfo | undefined): void {
  if (!cluster) return;
  report.section('Cluster Information');
  report.row('Name', cluster.name ?? '');
  report.row('Leader', cluster.leader ?? '');
  for (const peer of cluster.replicas ?? []) report.row('Replica', peerText(peer));
}

/** The placement asked for by --cluster and --tags. */
export function placementOf(cluster: string | undefined, tags: readonly string[]): { placement?: Placement } {
  if (!cluster && tags.length === 0) return {};
  return { placement: { ...(cluster ? { cluster } : {}), ...(tags.length > 0 ? { tags: [...tags] } : {}) } };
}

/** The duplicate window of a bucket: two minutes, or its age limit where that is shorter. */
export function duplicateWindow(maxAge: bigint): bigint {
  const two = 120_000_000_000n;
  return maxAge > 0n && maxAge < two ? maxAge : two;
}

/** Shows what adding or editing would do; nothing was changed. */
export async function showPlan(
  runtime: Runtime,
  bucket: string,
  before: StreamConfig | undefined,
  after: StreamConfig,
): Promise<void> {
  const { streamConfigDocument } = await import('./document.ts');
  const { streamFields } = await import('../stream/fields.ts');
  const difference = before ? configDifference('api.StreamConfig', streamFields, { ...before }, { ...after }) : '';
  const text = before
    ? difference === ''
      ? `would change nothing in bucket ${bucket}\n`
      : `would edit bucket ${bucket}:\n\n${difference}`
    : `would add bucket ${bucket}\n`;
  await runtime.show({ data: { done: false, bucket, config: streamConfigDocument(after) }, text: () => text });
}

/** Asks before something that cannot be undone. False: the user said no, and was told that nothing was done. */
export async function agreed(runtime: Runtime, force: boolean, message: string, skipped = ''): Promise<boolean> {
  if (force) return true;
  const prompts = await runtime.prompts();
  if (await prompts.confirm({ message, default: false, flag: '--force' })) return true;
  if (skipped !== '') runtime.out.line(skipped);
  return false;
}
