import { comma } from '#base/size.ts';
import { formatDateTime } from '#base/time.ts';
import { recordOf } from '#cli/schema.ts';
import { getValue, type KvEntry } from '#client/kv.ts';
import { defineCommand } from '#runtime/command.ts';
import { showPayload } from '#view/payload.ts';
import { entryDocument, entrySchema, loadBucket, valueText } from './entry.ts';

/** `nats kv get` */
export const command = defineCommand({
  name: 'get',
  help: 'Show the value of a key\n\n--raw writes the bytes of the value alone, for files and pipes.',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' },
    key: { type: 'string', required: true, help: 'Key to look up', complete: 'kv-keys' },
  },
  flags: {
    revision: { type: 'uint', help: 'The value of this revision in place of the newest' },
    raw: { type: 'bool', help: 'Write the value alone, byte for byte' },
  },
  tags: { scope: 'user', impact: 'ro' },
  examples: ['nats kv get CONFIG web.port --raw', 'nats kv get CONFIG logo --raw > logo.png'],
  output: recordOf(entrySchema),
  async run({ args, flags }, runtime) {
    const bucket = await loadBucket(runtime, args.bucket);
    const entry = await getValue(bucket, args.key, flags.revision || undefined);
    const tty = runtime.out.isTTY;
    if (flags.raw && !runtime.globals.isSet('as') && !runtime.contract.jq && !runtime.contract.fields) {
      runtime.out.write(showPayload(entry.value, { tty }));
      return;
    }
    await runtime.show({ data: entryDocument(entry), text: () => entryText(entry) });
  },
});

function entryText(entry: KvEntry): string {
  const head = `${entry.bucket} > ${entry.key} revision: ${entry.revision} created @ ${formatDateTime(entry.created)}\n\n`;
  const value = valueText(entry.value);
  if (value.length <= 120) return `${head}${value}\n\n`;
  return `${head}Showing first 120 bytes of ${comma(value.length)}, use --raw for full data\n\n${value.slice(0, 120)}\n\n`;
}
