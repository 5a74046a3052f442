import { fail } from '#base/errors.ts';
import { paint, type TerminalFacts } from '#base/terminal.ts';
import { formatDateTime } from '#base/time.ts';
import { visible, visibleLine } from '#base/visible.ts';
import { stream } from '#cli/schema.ts';
import type { KvEntry } from '#client/kv.ts';
import { watchBucket } from '#client/kv-read.ts';
import { defineCommand } from '#runtime/command.ts';
import { entryDocument, entrySchema, loadBucket } from './entry.ts';

/** `nats kv watch` */
export const command = defineCommand({
  name: 'watch',
  help: 'Show changes of a bucket as they happen\n\nBegins with the newest value of every key, unless --updates is given; ends with Ctrl-C.',
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'kv-buckets' },
    key: { type: 'string', default: '>', help: 'Key, or pattern of keys', complete: 'kv-keys' },
  },
  flags: {
    history: { type: 'bool', help: 'Begin with all kept values' },
    deletes: { type: 'bool', default: 'true', negatable: true, help: 'Show deletes too' },
    updates: { type: 'bool', help: 'Show only what is written from now on' },
    revision: { type: 'uint', help: 'Begin at this revision' },
  },
  tags: { scope: 'user', impact: 'ro' },
  examples: ['nats kv watch CONFIG "web.>" --as ndjson'],
  output: stream(entrySchema),
  async run({ args, flags }, runtime) {
    if (flags.history && flags.updates) {
      throw fail('usage', 'nats: invalid jetstream option: updates only cannot be used with include history', {
        hint: 'give --history or --updates',
      });
    }
    const { signal } = runtime;
    const bucket = await loadBucket(runtime, args.bucket);
    const { isTTY } = runtime.out;
    const facts = isTTY ? runtime.terminal : undefined;
    const emitter = runtime.stream<ReturnType<typeof entryDocument>>();
    const entries = watchBucket(bucket, {
      filter: args.key,
      history: flags.history,
      updatesOnly: flags.updates,
      ignoreDeletes: !flags.deletes,
      ...(flags.revision ? { revision: flags.revision } : {}),
      signal,
    });
    for await (const entry of entries) {
      // Data costs; text alone is what most watches want.
      if (emitter.isText) runtime.out.write(watchLine(entry, facts));
      else emitter.emit(entryDocument(entry), () => '');
    }
    await emitter.end();
    signal.throwIfAborted();
  },
});

/** A change as one line; the value keeps its bytes unless a terminal would read them. */
function watchLine(entry: KvEntry, facts: TerminalFacts | undefined): string | Uint8Array {
  const { operation } = entry;
  const key = facts ? visibleLine(entry.key) : entry.key;
  const word = facts ? paint(operation, operation === 'PUT' ? 'green' : 'red', facts) : operation;
  const head = `[${formatDateTime(entry.created)}] ${word} ${entry.bucket} > ${key}`;
  if (operation !== 'PUT') return `${head}\n`;
  if (facts) return `${head}: ${visible(entry.value)}\n`;
  return Buffer.concat([Buffer.from(`${head}: `), entry.value, Buffer.from('\n')]);
}
