import { record } from '#cli/schema.ts';
import { updateValue } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { writeValue, writtenSchema } from './entry.ts';

/** `nats kv update` */
export const command = defineCommand({
  name: 'update',
  help: 'Store a value when the key is still at a known revision\n\nRevision 0 stands for a key that has none.',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' },
    key: { type: 'string', required: true, help: 'Key to store under', complete: 'kv-keys' },
    value: { type: 'string', emptyDash: true, required: true, help: 'The value' },
    revision: { type: 'uint', required: true, help: 'Revision the key is expected to be at' },
  },
  tags: { scope: 'user', impact: 'rw' },
  output: record(writtenSchema),
  async run({ args }, runtime) {
    await writeValue(runtime, args, (bucket, value) => updateValue(bucket, args.key, value, args.revision));
  },
});
