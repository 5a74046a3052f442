import { recordOf } from '#cli/schema.ts';
import { updateObjectBucket } from '#client/object.ts';
import { defineCommand } from '#runtime/command.ts';
import { showPlan } from '../jetstream/bucket.ts';
import { bucketSchema, loadBucket, showBucket } from './report.ts';
import { editedBucketConfig, limitFlags, placeFlags } from './settings.ts';

/** `nats object edit` */
export const command = defineCommand({
  name: 'edit',
  help: 'Change the settings of a bucket\n\nOnly what is given changes; --plan shows the differences.',
  args: { bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'object-buckets' } },
  flags: { ...limitFlags, ...placeFlags },
  tags: { scope: 'user', impact: 'rw' },
  output: recordOf(bucketSchema),
  async run(input, runtime) {
    const { args, flags } = input;
    const bucket = await loadBucket(runtime, args.bucket);
    const before = bucket.info.config;
    const after = editedBucketConfig(before, flags, (name) => input.isSet(name));
    if (runtime.contract.plan) return showPlan(runtime, args.bucket, before, after);
    await showBucket(runtime, await updateObjectBucket(bucket, after));
  },
});
