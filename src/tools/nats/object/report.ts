// Buckets and objects as people and programs read them.
import { humanDuration } from '#base/duration.ts';
import { humanBytes } from '#base/size.ts';
import { formatDateTime, formatRfc3339Nano } from '#base/time.ts';
import { bool, int, map, nanos, obj, str, time } from '#cli/schema.ts';
import { type ObjectBucket, type ObjectInfo, openObjectBucket } from '#client/object.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { type Columns, columns } from '#view/columns.ts';
import { addBucketCluster, localTime } from '../jetstream/bucket.ts';
import { userMetadata } from '../stream/show.ts';

/** The bucket of a command. */
export async function loadBucket(runtime: Runtime, name: string): Promise<ObjectBucket> {
  return openObjectBucket(await openJetStream(runtime), name);
}

/** Shape of a bucket. */
export const bucketSchema = obj({
  bucket: str,
  'description?': str,
  created: time,
  replicas: int,
  ttl: nanos,
  sealed: bool,
  bytes: int,
  max_bytes: int,
  storage: str,
  compressed: bool,
  stream: str,
  'metadata?': map(str),
  'cluster?': obj({ 'name?': str, 'leader?': str }),
});

/** Shape of an object. `digest` is the SHA-256 in hex. */
export const objectSchema = obj({
  bucket: str,
  name: str,
  'description?': str,
  size: int,
  modified: time,
  chunks: int,
  'digest?': str,
  'deleted?': bool,
  nuid: str,
  'headers?': map({ type: 'array', items: str }),
  'metadata?': map(str),
});

/** A bucket as data. */
export function bucketDocument(bucket: ObjectBucket): Record<string, unknown> {
  const { config, state, created, cluster } = bucket.info;
  const metadata = userMetadata(config.metadata);
  return {
    bucket: bucket.name,
    ...(config.description ? { description: config.description } : {}),
    created,
    replicas: config.num_replicas ?? 1,
    ttl: config.max_age ?? 0,
    sealed: config.sealed === true,
    bytes: state.bytes,
    max_bytes: config.max_bytes ?? -1,
    storage: config.storage ?? 'file',
    compressed: config.compression === 's2',
    stream: config.name,
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...(cluster ? { cluster } : {}),
  };
}

/** Kind and hex digits of a stored digest. */
function digestOf(info: ObjectInfo): { readonly kind: string; readonly hex: string } | undefined {
  const at = info.digest?.indexOf('=') ?? -1;
  if (info.digest === undefined || at < 0) return undefined;
  return { kind: info.digest.slice(0, at), hex: Buffer.from(info.digest.slice(at + 1), 'base64url').toString('hex') };
}

/** An object as data. */
export function objectDocument(info: ObjectInfo): Record<string, unknown> {
  const digest = digestOf(info);
  const { bucket, name, description, headers, metadata } = info;
  return {
    bucket,
    name,
    ...(description ? { description } : {}),
    size: info.size,
    modified: formatRfc3339Nano(info.modified),
    chunks: info.chunks,
    ...(digest ? { digest: digest.hex } : {}),
    ...(info.deleted ? { deleted: true } : {}),
    nuid: info.nuid,
    ...(headers ? { headers } : {}),
    ...(metadata ? { metadata } : {}),
    ...(info.options?.link ? { link: info.options.link } : {}),
  };
}

/** The report of a bucket. */
export function bucketReport(bucket: ObjectBucket): Columns {
  const { config, state, created, cluster } = bucket.info;
  const age = BigInt(config.max_age ?? 0);
  const most = BigInt(config.max_bytes ?? -1);
  const report = columns(`Information for Object Store Bucket ${bucket.name} created ${localTime(created)}`);
  report.section('Configuration');
  report.row('Bucket Name', bucket.name);
  report.rowIfNotEmpty('Description', config.description ?? '');
  report.row('Replicas', config.num_replicas ?? 1);
  report.row('TTL', age === 0n ? 'unlimited' : humanDuration(age));
  report.row('Sealed', config.sealed === true);
  report.row('Size', humanBytes(state.bytes));
  report.row('Maximum Bucket Size', most === -1n ? 'unlimited' : humanBytes(most));
  report.row('Storage', config.storage === 'memory' ? 'Memory' : 'File');
  report.row('Backing Store Kind', 'JetStream');
  report.row('JetStream Stream', config.name);
  const metadata = userMetadata(config.metadata);
  if (Object.keys(metadata).length > 0) report.map('Metadata', metadata);
  addBucketCluster(report, cluster);
  return report;
}

/** The report of an object. */
export function objectReport(info: ObjectInfo): Columns {
  const digest = digestOf(info);
  const report = columns(`Object information for ${info.bucket} > ${info.name}`);
  report.rowIfNotEmpty('Description', info.description ?? '');
  report.row('Size', humanBytes(info.size));
  report.row('Modification Time', formatDateTime(info.modified));
  report.row('Chunks', info.chunks);
  if (digest) report.row('Digest', `${digest.kind} ${digest.hex}`);
  report.rowIf('Deleted', true, info.deleted === true);
  const headers = Object.entries(info.headers ?? {}).flatMap(([k, values]) => values.map((v) => `${k}: ${v}`));
  if (headers.length > 0) report.list('Headers', headers);
  if (Object.keys(info.metadata ?? {}).length > 0) report.section('Metadata').map('', info.metadata ?? {});
  return report;
}

/** Shows a bucket; `lead` stands before the text alone. */
export async function showBucket(runtime: Runtime, bucket: ObjectBucket, lead = ''): Promise<void> {
  const text = async () => lead + (await columnsText(runtime, bucketReport(bucket)));
  await runtime.show({ data: bucketDocument(bucket), text });
}

/** Shows an object; `lead` stands before the text alone. */
export async function showObject(runtime: Runtime, info: ObjectInfo, lead = ''): Promise<void> {
  const text = async () => lead + (await columnsText(runtime, objectReport(info)));
  await runtime.show({ data: objectDocument(info), text });
}
