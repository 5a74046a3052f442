import { bool, record, str } from '#cli/schema.ts';
import { checkKey, deleteBucket, deleteKey } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { agreed } from '../jetstream/bucket.ts';
import { loadBucket } from './entry.ts';

/** `nats kv del` */
export const command = defineCommand({
  name: 'del',
  aliases: ['rm'],
  help: 'Delete a key, or a bucket with everything in it\n\nA deleted key leaves a marker and its history; purge removes the history.',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' },
    key: { type: 'string', help: 'Key to delete; without one the bucket is deleted', complete: 'kv-keys' },
  },
  flags: { force: { type: 'bool', short: 'f', help: 'Delete without asking' } },
  tags: { scope: 'user', impact: 'rw' },
  output: record({ done: bool, bucket: str, 'key?': str }),
  async run({ args, flags }, runtime) {
    if (!args.key) return removeBucket(runtime, args.bucket, flags.force);
    const bucket = await loadBucket(runtime, args.bucket);
    const data = { done: !runtime.contract.plan, bucket: bucket.name, key: args.key };
    checkKey(args.key);
    if (runtime.contract.plan) {
      return runtime.show({ data, text: () => `would delete key ${bucket.name} > ${args.key}\n` });
    }
    if (!(await agreed(runtime, flags.force, `Delete key ${bucket.name} > ${args.key}?`, 'Skipping delete'))) return;
    await deleteKey(bucket, args.key);
    await runtime.show({ data, text: () => '' });
  },
});

async function removeBucket(runtime: Runtime, name: string, force: boolean): Promise<void> {
  const data = { done: !runtime.contract.plan, bucket: name };
  if (runtime.contract.plan) {
    const { info } = await loadBucket(runtime, name);
    return runtime.show({ data, text: () => `would delete bucket ${name} with ${info.state.messages} values\n` });
  }
  if (!(await agreed(runtime, force, `Delete bucket ${name}?`, 'Skipping delete'))) return;
  await deleteBucket(await openJetStream(runtime), name);
  await runtime.show({ data, text: () => '' });
}
