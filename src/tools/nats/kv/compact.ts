import { arr, bool, int, record, str } from '#cli/schema.ts';
import { compactBucket, currentEntries } from '#client/kv-read.ts';
import { defineCommand } from '#runtime/command.ts';
import { agreed } from '../jetstream/bucket.ts';
import { loadBucket } from './entry.ts';

/** Markers younger than half an hour stay, so that watchers that were away still learn of the delete. */
const KEEP_NEWER = 1_800_000_000_000n;

/** `nats kv compact` */
export const command = defineCommand({
  name: 'compact',
  help: 'Remove what deleted keys left behind\n\nMarkers of the last 30 minutes stay, without their history.',
  args: { bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' } },
  flags: { force: { type: 'bool', short: 'f', help: 'Compact without asking' } },
  tags: { scope: 'user', impact: 'rw' },
  output: record({ done: bool, bucket: str, keys: int, 'names?': arr(str) }),
  async run({ args, flags }, runtime) {
    const bucket = await loadBucket(runtime, args.bucket);
    const { name } = bucket;
    if (runtime.contract.plan) {
      const names: string[] = [];
      const options = { keysOnly: true, signal: runtime.signal };
      for await (const e of currentEntries(bucket, options)) if (e.operation !== 'PUT') names.push(e.key);
      const data = { done: false, bucket: name, keys: names.length, names };
      return runtime.show({ data, text: () => `would compact ${names.length} deleted keys of bucket ${name}\n` });
    }
    const question = `Purge all historic values and audit trails for deleted keys in bucket ${name}?`;
    if (!(await agreed(runtime, flags.force, question, 'Skipping delete'))) return;
    const markers = await compactBucket(bucket, runtime.clock.now(), KEEP_NEWER, runtime.signal);
    await runtime.show({ data: { done: true, bucket: name, keys: markers.length }, text: () => '' });
  },
});
