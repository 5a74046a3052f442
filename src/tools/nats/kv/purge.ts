import { bool, record, str } from '#cli/schema.ts';
import { checkKey, purgeKey } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { agreed } from '../jetstream/bucket.ts';
import { loadBucket } from './entry.ts';

/** `nats kv purge` */
export const command = defineCommand({
  name: 'purge',
  help: 'Delete a key together with its history\n\nA marker stays, so that watchers see it.',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' },
    key: { type: 'string', required: true, help: 'Key to purge', complete: 'kv-keys' },
  },
  flags: {
    force: { type: 'bool', short: 'f', help: 'Purge without asking' },
    ttl: { type: 'duration', placeholder: 'DURATION', help: 'How long the marker stays' },
  },
  tags: { scope: 'user', impact: 'rw' },
  output: record({ done: bool, bucket: str, key: str }),
  async run({ args, flags }, runtime) {
    const bucket = await loadBucket(runtime, args.bucket);
    const data = { done: !runtime.contract.plan, bucket: bucket.name, key: args.key };
    checkKey(args.key);
    if (runtime.contract.plan) {
      return runtime.show({ data, text: () => `would purge key ${bucket.name} > ${args.key}\n` });
    }
    if (!(await agreed(runtime, flags.force, `Purge key ${bucket.name} > ${args.key}?`, 'Skipping purge'))) return;
    await purgeKey(bucket, args.key, flags.ttl);
    await runtime.show({ data, text: () => '' });
  },
});
