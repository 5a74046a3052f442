// The settings of a bucket: flags of add and edit, and the stream configuration they make.
import { fail } from '#base/errors.ts';
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import type { StreamConfig, StreamSource } from '#client/jetstream/types.ts';
import { bucketStreamConfig, checkBucketName } from '#client/kv.ts';
import { duplicateWindow, placementOf } from '../jetstream/bucket.ts';

/** Flags that add and edit share. */
export const settingFlags = {
  description: { type: 'string', help: 'What the bucket is for' },
  history: { type: 'int64', range: [1n, 64n], default: '1', help: 'Values to keep of each key, 1 to 64' },
} as const satisfies FlagSpecs;

export const limitFlags = {
  ttl: { type: 'duration', placeholder: 'DURATION', help: 'How long values live' },
  'marker-ttl': {
    type: 'duration',
    placeholder: 'DURATION',
    help: 'Allow a TTL per key, and leave a marker for this long where a key expired',
  },
  replicas: { type: 'uint', default: '1', help: 'Servers that hold the data' },
  'max-value-size': { type: 'bytes', placeholder: 'BYTES', help: 'Largest size of one value' },
  'max-bucket-size': { type: 'bytes', placeholder: 'BYTES', help: 'Largest size of the whole bucket' },
  tags: { type: 'string', cumulative: true, help: 'Only servers with this tag' },
  cluster: { type: 'string', help: 'Only servers of this cluster' },
  compress: { type: 'bool', negatable: true, help: 'Compress the data on disk' },
  metadata: { type: 'key=value', placeholder: 'META', cumulative: true, help: 'KEY=VALUE to note on the bucket' },
  'republish-source': { type: 'string', placeholder: 'SRC', help: 'Publish again what is stored on these subjects' },
  'republish-destination': { type: 'string', placeholder: 'DEST', help: 'Subject for what is published again' },
  'republish-headers': { type: 'bool', help: 'Publish only the headers again' },
} as const satisfies FlagSpecs;

export const sourceFlag = {
  source: { type: 'string', placeholder: 'BUCKET', cumulative: true, help: 'Copy the values of this bucket' },
} as const satisfies FlagSpecs;

export type SettingValues = ValuesOf<typeof settingFlags & typeof limitFlags & typeof sourceFlag>;

/** Refuses values no bucket can have. */
export function checkSettings(bucket: string, values: SettingValues): void {
  if ((values['max-value-size'] ?? 0n) > 2_147_483_647n) {
    throw fail('usage', 'bytes value out of allowed range: maximum value 2,147,483,647');
  }
  checkBucketName(bucket);
}

/** No limit is -1 on the server, 0 on the command line. */
function limit(value: bigint | undefined): bigint {
  return value === undefined || value <= 0n ? -1n : value;
}

/** Another bucket as a source: its keys become keys of this one. */
function sourceOf(bucket: string, name: string): StreamSource {
  const origin = name.startsWith('KV_') ? name.slice(3) : name;
  return { name: `KV_${origin}`, subject_transforms: [{ src: `$KV.${origin}.>`, dest: `$KV.${bucket}.>` }] };
}

function markerSettings(ttl: bigint | undefined): Partial<StreamConfig> {
  return ttl ? { allow_msg_ttl: true, subject_delete_marker_ttl: ttl } : {};
}

function republishOf(values: SettingValues): Partial<StreamConfig> {
  const dest = values['republish-destination'];
  if (!dest) return {};
  const headers = values['republish-headers'];
  return {
    republish: { src: values['republish-source'] ?? '', dest, ...(headers ? { headers_only: true } : {}) },
  };
}

export interface AddValues extends SettingValues {
  readonly storage: string | undefined;
  readonly mirror: string | undefined;
  readonly 'mirror-domain': string | undefined;
}

/** The stream of a new bucket (ADR-8). */
export function newBucketConfig(bucket: string, values: AddValues): StreamConfig {
  const { mirror, metadata, ttl = 0n } = values;
  const domain = values['mirror-domain'];
  const origin = mirror?.startsWith('KV_') ? mirror : `KV_${mirror}`;
  const mirrored: Partial<StreamConfig> = {
    mirror: { name: origin, ...(domain ? { external: { api: `$JS.${domain}.API` } } : {}) },
    mirror_direct: true,
  };
  const sources = mirror ? [] : values.source.map((name) => sourceOf(bucket, name));
  const { subjects = [], ...config } = bucketStreamConfig(bucket, {
    ...(values.description ? { description: values.description } : {}),
    max_msgs_per_subject: values.history,
    max_bytes: limit(values['max-bucket-size']),
    max_age: ttl,
    max_msg_size: limit(values['max-value-size']),
    storage: values.storage?.startsWith('m') ? 'memory' : 'file',
    num_replicas: Number(values.replicas) || 1,
    duplicate_window: duplicateWindow(ttl),
    ...placementOf(values.cluster, values.tags),
    ...(values.compress ? { compression: 's2' } : {}),
    ...republishOf(values),
    ...markerSettings(values['marker-ttl']),
    ...(metadata.size > 0 ? { metadata: Object.fromEntries(metadata) } : {}),
  });
  return {
    ...config,
    ...(mirror ? mirrored : { subjects }),
    ...(sources.length > 0 ? { sources } : {}),
  };
}

/** The stream of a bucket with what the user set in place of what was; everything else stays. */
export function editedBucketConfig(
  bucket: string,
  before: StreamConfig,
  values: SettingValues & { readonly 'no-mirror': boolean },
  isSet: (name: keyof SettingValues) => boolean,
): StreamConfig {
  const after: StreamConfig = { ...before };
  if (isSet('description')) after.description = values.description ?? '';
  if (isSet('history')) after.max_msgs_per_subject = values.history;
  if (isSet('ttl')) after.max_age = values.ttl ?? 0n;
  if (isSet('replicas')) after.num_replicas = Number(values.replicas) || 1;
  if (isSet('max-value-size')) after.max_msg_size = limit(values['max-value-size']);
  if (isSet('max-bucket-size')) after.max_bytes = limit(values['max-bucket-size']);
  if (isSet('cluster') || isSet('tags')) after.placement = placementOf(values.cluster, values.tags).placement ?? {};
  if (isSet('compress')) after.compression = values.compress ? 's2' : 'none';
  if (isSet('metadata')) after.metadata = Object.fromEntries(values.metadata);
  if (isSet('republish-destination')) {
    delete after.republish;
    Object.assign(after, republishOf(values));
  }
  if (isSet('marker-ttl')) {
    delete after.subject_delete_marker_ttl;
    Object.assign(after, markerSettings(values['marker-ttl']));
  }
  after.duplicate_window = duplicateWindow(BigInt(after.max_age ?? 0));
  if (values['no-mirror'] && after.mirror) {
    delete after.mirror;
    after.mirror_direct = false;
  }
  if (!after.mirror) {
    if (!after.subjects?.length) after.subjects = [`$KV.${bucket}.>`];
    const added = values.source.map((name) => sourceOf(bucket, name));
    if (added.length > 0) after.sources = [...(after.sources ?? []), ...added];
  }
  return after;
}
