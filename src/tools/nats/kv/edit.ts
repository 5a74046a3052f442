import { recordOf } from '#cli/schema.ts';
import { updateBucket } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { showPlan } from '../jetstream/bucket.ts';
import { loadBucket } from './entry.ts';
import { bucketSchema, showBucket } from './report.ts';
import { checkSettings, editedBucketConfig, limitFlags, settingFlags, sourceFlag } from './settings.ts';

/** `nats kv edit` */
export const command = defineCommand({
  name: 'edit',
  help: 'Change the settings of a bucket\n\nOnly what is given changes; --plan shows the differences.',
  args: { bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' } },
  flags: {
    ...settingFlags,
    ...limitFlags,
    'no-mirror': { type: 'bool', negatable: true, help: 'Stop mirroring' },
    ...sourceFlag,
  },
  tags: { scope: 'user', impact: 'rw' },
  output: recordOf(bucketSchema),
  async run(input, runtime) {
    const { args, flags } = input;
    checkSettings(args.bucket, flags);
    const bucket = await loadBucket(runtime, args.bucket);
    const before = bucket.info.config;
    const after = editedBucketConfig(args.bucket, before, flags, (name) => input.isSet(name));
    if (runtime.contract.plan) return showPlan(runtime, args.bucket, before, after);
    await showBucket(runtime, await updateBucket(bucket.js, args.bucket, after));
  },
});
