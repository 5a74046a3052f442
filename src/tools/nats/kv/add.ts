import { recordOf } from '#cli/schema.ts';
import { createBucket } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import { showPlan } from '../jetstream/bucket.ts';
import { bucketSchema, showBucket } from './report.ts';
import { checkSettings, limitFlags, newBucketConfig, settingFlags, sourceFlag } from './settings.ts';

/** `nats kv add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['new'],
  help: 'Create a bucket\n\nA bucket that exists with the same settings is left as it is.',
  args: { bucket: { type: 'string', required: true, help: 'Name of the bucket' } },
  flags: {
    ...settingFlags,
    storage: { type: 'enum', enum: ['file', 'f', 'memory', 'm'], help: 'Where the data is kept: file or memory' },
    ...limitFlags,
    mirror: { type: 'string', help: 'Mirror this bucket' },
    'mirror-domain': { type: 'string', help: 'JetStream domain of the mirrored bucket' },
    ...sourceFlag,
  },
  tags: { scope: 'user', impact: 'rw' },
  examples: ['nats kv add CONFIG --history 5 --ttl 1h'],
  output: recordOf(bucketSchema),
  async run({ args, flags }, runtime) {
    checkSettings(args.bucket, flags);
    const config = newBucketConfig(args.bucket, flags);
    if (runtime.contract.plan) return showPlan(runtime, args.bucket, undefined, config);
    const js = await openJetStream(runtime);
    await showBucket(runtime, await createBucket(js, args.bucket, config));
  },
});
