import { recordOf } from '#cli/schema.ts';
import { checkObjectBucket, createObjectBucket } from '#client/object.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import { showPlan } from '../jetstream/bucket.ts';
import { bucketSchema, showBucket } from './report.ts';
import { limitFlags, newBucketConfig, placeFlags } from './settings.ts';

/** `nats object add` */
export const command = defineCommand({
  name: 'add',
  help: 'Create a bucket\n\nA bucket that exists with the same settings is left as it is.',
  args: { bucket: { type: 'string', required: true, help: 'Name of the bucket' } },
  flags: {
    ...limitFlags,
    storage: { type: 'enum', enum: ['file', 'f', 'memory', 'm'], help: 'Where the data is kept: file or memory' },
    ...placeFlags,
  },
  tags: { scope: 'user', impact: 'rw' },
  examples: ['nats object add FILES --max-bucket-size 10GB'],
  output: recordOf(bucketSchema),
  async run({ args, flags }, runtime) {
    checkObjectBucket(args.bucket);
    const config = newBucketConfig(args.bucket, flags);
    if (runtime.contract.plan) return showPlan(runtime, args.bucket, undefined, config);
    await showBucket(runtime, await createObjectBucket(await openJetStream(runtime), args.bucket, config));
  },
});
