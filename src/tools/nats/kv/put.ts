import { record } from '#cli/schema.ts';
import { putValue } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { writeValue, writtenSchema } from './entry.ts';

/** `nats kv put` */
export const command = defineCommand({
  name: 'put',
  help: 'Store a value under a key',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' },
    key: { type: 'string', required: true, help: 'Key to store under' },
    value: { type: 'string', emptyDash: true, help: 'The value; without one standard input is read, byte for byte' },
  },
  tags: { scope: 'user', impact: 'rw' },
  examples: ['nats kv put CONFIG web.port 8080', 'nats kv put CONFIG logo < logo.png'],
  output: record(writtenSchema),
  async run({ args }, runtime) {
    await writeValue(runtime, args, (bucket, value) => putValue(bucket, args.key, value));
  },
});
