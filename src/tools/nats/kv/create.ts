import { record } from '#cli/schema.ts';
import { createValue } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { writeValue, writtenSchema } from './entry.ts';

/** `nats kv create` */
export const command = defineCommand({
  name: 'create',
  help: 'Store a value under a key that is new or was deleted\n\nFails when the key has a value.',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' },
    key: { type: 'string', required: true, help: 'Key to store under' },
    value: { type: 'string', emptyDash: true, help: 'The value; without one standard input is read, byte for byte' },
  },
  flags: { ttl: { type: 'duration', placeholder: 'DURATION', help: 'How long the key lives' } },
  tags: { scope: 'user', impact: 'rw' },
  output: record(writtenSchema),
  async run({ args, flags }, runtime) {
    await writeValue(runtime, args, (bucket, value) => createValue(bucket, args.key, value, flags.ttl));
  },
});
