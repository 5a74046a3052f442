import { comma, humanBytes } from '#base/size.ts';
import { paint, type TerminalFacts } from '#base/terminal.ts';
import { formatDateTime } from '#base/time.ts';
import { visibleLine } from '#base/visible.ts';
import { stream } from '#cli/schema.ts';
import { type ObjectInfo, watchObjects } from '#client/object.ts';
import { defineCommand } from '#runtime/command.ts';
import { loadBucket, objectDocument, objectSchema } from './report.ts';

/** `nats object watch` */
export const command = defineCommand({
  name: 'watch',
  help: 'Show changes of a bucket as they happen\n\nBegins with the objects there are; ends with Ctrl-C.',
  args: { bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'object-buckets' } },
  tags: { scope: 'user', impact: 'ro' },
  output: stream(objectSchema),
  async run({ args }, runtime) {
    const { signal } = runtime;
    const bucket = await loadBucket(runtime, args.bucket);
    const facts = runtime.out.isTTY ? runtime.terminal : undefined;
    const emitter = runtime.stream();
    for await (const { info } of watchObjects(bucket, { history: true, signal })) {
      emitter.emit(objectDocument(info), () => watchLine(info, facts));
    }
    await emitter.end();
    signal.throwIfAborted();
  },
});

function watchLine(info: ObjectInfo, facts: TerminalFacts | undefined): string {
  const name = facts ? visibleLine(info.name) : info.name;
  const word = (text: string, style: 'green' | 'red') => (facts ? paint(text, style, facts) : text);
  const time = formatDateTime(info.modified);
  if (info.deleted) return `[${time}] ${word('DEL', 'red')} ${info.bucket} > ${name}\n`;
  const size = `${humanBytes(info.size)} bytes in ${comma(info.chunks)} chunks`;
  return `[${time}] ${word('PUT', 'green')} ${info.bucket} > ${name}: ${size}\n`;
}
