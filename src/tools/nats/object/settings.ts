// The settings of a bucket: flags of add and edit, and the stream configuration they make.
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import type { StreamConfig } from '#client/jetstream/types.ts';
import { objectStreamConfig } from '#client/object.ts';
import { placementOf } from '../jetstream/bucket.ts';

export const limitFlags = {
  ttl: { type: 'duration', help: 'How long objects live' },
  replicas: { type: 'uint', default: '1', help: 'Servers that hold the data' },
  'max-bucket-size': { type: 'bytes', help: 'Largest size of the whole bucket' },
  description: { type: 'string', help: 'What the bucket is for' },
} as const satisfies FlagSpecs;

export const placeFlags = {
  tags: { type: 'string', cumulative: true, help: 'Only servers with this tag' },
  cluster: { type: 'string', help: 'Only servers of this cluster' },
  metadata: { type: 'key=value', placeholder: 'META', cumulative: true, help: 'KEY=VALUE to note on the bucket' },
  compress: { type: 'bool', negatable: true, help: 'Compress the data on disk' },
} as const satisfies FlagSpecs;

export type SettingValues = ValuesOf<typeof limitFlags & typeof placeFlags>;

function limit(value: bigint | undefined): bigint {
  return value === undefined || value <= 0n ? -1n : value;
}

/** The stream of a new bucket (ADR-20). */
export function newBucketConfig(
  bucket: string,
  values: SettingValues & { readonly storage: string | undefined },
): StreamConfig {
  return objectStreamConfig(bucket, {
    ...(values.description ? { description: values.description } : {}),
    max_bytes: limit(values['max-bucket-size']),
    max_age: values.ttl ?? 0n,
    storage: values.storage?.startsWith('m') ? 'memory' : 'file',
    num_replicas: Number(values.replicas) || 1,
    ...placementOf(values.cluster, values.tags),
    ...(values.compress ? { compression: 's2' } : {}),
    ...(values.metadata.size > 0 ? { metadata: Object.fromEntries(values.metadata) } : {}),
  });
}

/** The stream of a bucket with what the user set in place of what was; everything else stays. */
export function editedBucketConfig(
  before: StreamConfig,
  values: SettingValues,
  isSet: (name: keyof SettingValues) => boolean,
): StreamConfig {
  const after: StreamConfig = { ...before };
  if (isSet('description')) after.description = values.description ?? '';
  if (isSet('ttl')) {
    after.max_age = values.ttl ?? 0n;
    // The server refuses a duplicate window longer than the age limit, and fills in a missing one.
    delete after.duplicate_window;
  }
  if (isSet('replicas')) after.num_replicas = Number(values.replicas) || 1;
  if (isSet('max-bucket-size')) after.max_bytes = limit(values['max-bucket-size']);
  if (isSet('cluster') || isSet('tags')) {
    after.placement = {
      ...before.placement,
      ...(isSet('cluster') ? { cluster: values.cluster ?? '' } : {}),
      ...(isSet('tags') ? { tags: [...values.tags] } : {}),
    };
  }
  if (isSet('metadata')) after.metadata = Object.fromEntries(values.metadata);
  if (isSet('compress')) after.compression = values.compress ? 's2' : 'none';
  return after;
}
