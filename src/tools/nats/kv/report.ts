// A bucket as people and programs read it.
import { humanDuration } from '#base/duration.ts';
import { humanBytes } from '#base/size.ts';
import { arr, bool, int, map, nanos, obj, str, time } from '#cli/schema.ts';
import type { Int, StreamInfo } from '#client/jetstream/types.ts';
import type { Bucket } from '#client/kv.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { type Columns, columns } from '#view/columns.ts';
import { addBucketCluster, localTime } from '../jetstream/bucket.ts';
import { wasSeen } from '../jetstream/cluster.ts';
import { userMetadata } from '../stream/show.ts';

const origin = obj({ bucket: str, 'external?': str, 'lag?': int, 'active?': nanos });

/** Shape of what info, add and edit give. */
export const bucketSchema = obj({
  bucket: str,
  'description?': str,
  created: time,
  history: int,
  values: int,
  bytes: int,
  max_bytes: int,
  max_value_size: int,
  ttl: nanos,
  'marker_ttl?': nanos,
  compressed: bool,
  storage: str,
  replicas: int,
  stream: str,
  'republish?': obj({ 'src?': str, dest: str, 'headers_only?': bool }),
  'mirror?': origin,
  'sources?': arr(origin),
  'metadata?': map(str),
  'cluster?': obj({ 'name?': str, 'leader?': str }),
});

function origins(info: StreamInfo) {
  const describe = (name: string, api?: string, seen?: { lag: Int; active: Int }) => ({
    bucket: name.replace(/^KV_/, ''),
    ...(api ? { external: api } : {}),
    ...(seen ? { lag: seen.lag, active: seen.active } : {}),
  });
  const { mirror, sources } = info.config;
  return {
    ...(mirror ? { mirror: describe(mirror.name, mirror.external?.api, info.mirror) } : {}),
    ...(sources?.length
      ? {
          sources: sources.map((s) =>
            describe(
              s.name,
              s.external?.api,
              info.sources?.find((state) => state.name === s.name),
            ),
          ),
        }
      : {}),
  };
}

/** A bucket as data. */
export function bucketDocument(bucket: Bucket): Record<string, unknown> {
  const { config, state, created, cluster } = bucket.info;
  const metadata = userMetadata(config.metadata);
  const marker = BigInt(config.subject_delete_marker_ttl ?? 0);
  return {
    bucket: bucket.name,
    ...(config.description ? { description: config.description } : {}),
    created,
    history: config.max_msgs_per_subject ?? 0,
    values: state.messages,
    bytes: state.bytes,
    max_bytes: config.max_bytes ?? -1,
    max_value_size: config.max_msg_size ?? -1,
    ttl: config.max_age ?? 0,
    ...(marker > 0n ? { marker_ttl: marker } : {}),
    compressed: config.compression === 's2',
    storage: config.storage ?? 'file',
    replicas: config.num_replicas ?? 1,
    stream: config.name,
    ...(config.republish ? { republish: config.republish } : {}),
    ...origins(bucket.info),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...(cluster ? { cluster } : {}),
  };
}

function bounded(value: Int | undefined): string {
  const size = BigInt(value ?? -1);
  return size === -1n ? 'unlimited' : humanBytes(size);
}

/** The report info, add and edit print. */
export function bucketReport(bucket: Bucket): Columns {
  const { config, state, created, cluster } = bucket.info;
  const report = columns(`Information for Key-Value Store Bucket ${bucket.name} created ${localTime(created)}`);
  const marker = BigInt(config.subject_delete_marker_ttl ?? 0);
  const age = BigInt(config.max_age ?? 0);
  report.section('Configuration');
  report.row('Bucket Name', bucket.name);
  report.row('History Kept', config.max_msgs_per_subject ?? 0);
  report.row('Values Stored', state.messages);
  report.row('Compressed', config.compression === 's2');
  report.row('Per-Key TTL Supported', marker > 0n);
  report.rowIf('Limit Marker TTL', humanDuration(marker), marker > 0n);
  report.row('Backing Store Kind', 'JetStream');
  report.rowIfNotEmpty('Description', config.description ?? '');
  report.row('Bucket Size', humanBytes(state.bytes));
  report.row('Maximum Bucket Size', bounded(config.max_bytes));
  report.row('Maximum Value Size', bounded(config.max_msg_size));
  report.row('Maximum Age', age <= 0n ? 'unlimited' : humanDuration(age));
  report.row('JetStream Stream', config.name);
  report.row('Storage', config.storage === 'memory' ? 'Memory' : 'File');
  const { republish } = config;
  if (republish) {
    const label = republish.headers_only ? 'Republishing Headers' : 'Republishing';
    report.row(label, `${republish.src ?? ''} to ${republish.dest}`);
  }
  addOrigins(report, bucket.info);
  const metadata = userMetadata(config.metadata);
  if (Object.keys(metadata).length > 0) report.section('Metadata').rows(metadata);
  addBucketCluster(report, cluster);
  return report;
}

function addOrigins(report: Columns, info: StreamInfo): void {
  const seen = (active: Int) => (wasSeen(active) ? humanDuration(BigInt(active)) : 'never');
  const { mirror } = info;
  if (mirror) {
    report.section('Mirror Information');
    report.row('Origin Bucket', (info.config.mirror?.name ?? mirror.name).replace(/^KV_/, ''));
    const api = info.config.mirror?.external?.api;
    if (api) report.row('External API', api);
    report.row('Last Seen', seen(mirror.active));
    report.row('Lag', mirror.lag);
  }
  const sources = info.sources ?? [];
  if (sources.length > 0) report.section('Sources Information');
  for (const source of sources) {
    for (const s of info.config.sources ?? []) {
      if (s.name !== source.name) continue;
      report.row('Source Bucket', source.name.replace(/^KV_/, ''));
      if (s.external) report.row('External API', s.external.api);
    }
    report.row('Last Seen', seen(source.active));
    report.row('Lag', source.lag);
  }
}

/** Shows a bucket's state. */
export async function showBucket(runtime: Runtime, bucket: Bucket): Promise<void> {
  await runtime.show({
    data: bucketDocument(bucket),
    text: () => columnsText(runtime, bucketReport(bucket)),
  });
}
