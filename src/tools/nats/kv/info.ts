import { recordOf } from '#cli/schema.ts';
import { openBucket } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import { bucketName } from '../jetstream/bucket.ts';
import { bucketSchema, showBucket } from './report.ts';

/** `nats kv info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['view', 'status'],
  help: 'Show the settings and the state of a bucket',
  args: { bucket: { type: 'string', help: 'Name of the bucket', complete: 'kv-buckets' } },
  tags: { scope: 'user', impact: 'ro' },
  output: recordOf(bucketSchema),
  async run({ args }, runtime) {
    const js = await openJetStream(runtime);
    await showBucket(runtime, await openBucket(js, await bucketName(runtime, js, 'KV_', args.bucket)));
  },
});
