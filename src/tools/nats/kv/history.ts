import { comma } from '#base/size.ts';
import { formatDateTime } from '#base/time.ts';
import { list } from '#cli/schema.ts';
import { type Bucket, type KvEntry, kvErrors } from '#client/kv.ts';
import { currentEntries } from '#client/kv-read.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { entryDocument, entrySchema, loadBucket, shortValue } from './entry.ts';

/** What a bucket still holds of a key, oldest first. Throws not-found when that is nothing. */
export async function keyHistory(bucket: Bucket, key: string, signal: AbortSignal): Promise<KvEntry[]> {
  const entries: KvEntry[] = [];
  for await (const entry of currentEntries(bucket, { filter: key, history: true, signal })) entries.push(entry);
  if (entries.length === 0) throw kvErrors.noKey();
  return entries;
}

/** Shows the history of a key. */
export async function showHistory(runtime: Runtime, bucket: Bucket, key: string): Promise<void> {
  const entries = await keyHistory(bucket, key, runtime.signal);
  const text = () =>
    tableText(runtime, {
      title: `History for ${bucket.name} > ${key}`,
      headers: ['Key', 'Revision', 'Op', 'Created', 'Length', 'Value'],
      rows: entries.map((e) => [
        e.key,
        e.revision,
        e.operation,
        formatDateTime(e.created),
        comma(e.value.length),
        shortValue(e.value),
      ]),
    }).then((table) => `${table}\n`);
  await runtime.show({ data: entries.map(entryDocument), text });
}

/** `nats kv history` */
export const command = defineCommand({
  name: 'history',
  help: 'Show all kept values and markers of a key',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' },
    key: { type: 'string', required: true, help: 'Key to look up', complete: 'kv-keys' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: list(entrySchema),
  async run({ args }, runtime) {
    await showHistory(runtime, await loadBucket(runtime, args.bucket), args.key);
  },
});
