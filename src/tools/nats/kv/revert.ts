import { fail } from '#base/errors.ts';
import { list } from '#cli/schema.ts';
import { getValue, updateValue } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed } from '../jetstream/pick.ts';
import { entrySchema, loadBucket, shortValue } from './entry.ts';
import { keyHistory, showHistory } from './history.ts';

/** `nats kv revert` */
export const command = defineCommand({
  name: 'revert',
  help: 'Store the value of an earlier revision again\n\nFails when somebody else writes the key meanwhile.',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' },
    key: { type: 'string', required: true, help: 'Key to revert', complete: 'kv-keys' },
    revision: { type: 'uint', required: true, help: 'Revision whose value comes back' },
  },
  flags: { force: { type: 'bool', negatable: true, help: 'Revert without asking' } },
  tags: { scope: 'user', impact: 'rw' },
  output: list(entrySchema),
  async run({ args, flags }, runtime) {
    const bucket = await loadBucket(runtime, args.bucket);
    const history = await keyHistory(bucket, args.key, runtime.signal);
    const last = history.at(-1)?.revision;
    if (last === undefined || history.length === 1) {
      throw fail('error', 'cannot revert key in a bucket where history=1', {
        hint: 'nats kv edit BUCKET --history 5 keeps earlier values from now on',
      });
    }
    const entry = await getValue(bucket, args.key, args.revision);
    if (runtime.contract.plan) {
      const data = { done: false, bucket: bucket.name, key: args.key, revision: entry.revision };
      const text = () => `would revert ${bucket.name} > ${args.key} to revision ${entry.revision}\n`;
      return runtime.show({ data, text });
    }
    if (!flags.force) runtime.out.write(`Revision: ${entry.revision}\n\n${shortValue(entry.value)}\n\n`);
    if (!(await confirmed(runtime, flags.force, `Really revert to revision ${args.revision}`))) return;
    await updateValue(bucket, args.key, entry.value, last);
    await showHistory(runtime, bucket, args.key);
  },
});
