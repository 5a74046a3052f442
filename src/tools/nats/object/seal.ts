import { recordOf } from '#cli/schema.ts';
import { sealObjectBucket } from '#client/object.ts';
import { defineCommand } from '#runtime/command.ts';
import { showPlan } from '../jetstream/bucket.ts';
import { confirmed } from '../jetstream/pick.ts';
import { bucketSchema, loadBucket, showBucket } from './report.ts';

/** `nats object seal` */
export const command = defineCommand({
  name: 'seal',
  help: 'Close a bucket for good: nothing can be added, replaced or deleted afterwards',
  args: { bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'object-buckets' } },
  flags: { force: { type: 'bool', short: 'f', help: 'Seal without asking' } },
  tags: { scope: 'user', impact: 'rw' },
  output: recordOf(bucketSchema),
  async run({ args, flags }, runtime) {
    const bucket = await loadBucket(runtime, args.bucket);
    const { config } = bucket.info;
    if (runtime.contract.plan) return showPlan(runtime, args.bucket, config, { ...config, sealed: true });
    const question = `Really seal Bucket ${args.bucket}, sealed buckets can not be unsealed or modified`;
    if (!(await confirmed(runtime, flags.force, question))) return;
    await showBucket(runtime, await sealObjectBucket(bucket), `${args.bucket} has been sealed\n`);
  },
});
