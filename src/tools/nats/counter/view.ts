import { comma } from '#base/size.ts';
import { map, record, str } from '#cli/schema.ts';
import { type Counter, counterStream, getCounter } from '#client/counter.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import { columnsText } from '#runtime/text.ts';
import { type Columns, columns } from '#view/columns.ts';

/** `nats counter view` */
export const command = defineCommand({
  name: 'view',
  aliases: ['v'],
  help: 'Show a counter with its last change and what its sources contributed',
  args: { subject: { type: 'string', required: true, help: 'Subject of the counter' } },
  flags: { stream: { type: 'string', help: 'Stream of the counter; found by its subject without this' } },
  tags: { scope: 'user', impact: 'ro' },
  output: record({ subject: str, value: str, 'increment?': str, stream: str, sources: map(map(str)) }),
  async run({ args, flags }, runtime) {
    const stream = await counterStream(await openJetStream(runtime), flags.stream, args.subject);
    const counter = await getCounter(stream, args.subject);
    const { subject, value, increment } = counter;
    const data = {
      subject,
      value: String(value),
      ...(increment === undefined ? {} : { increment: String(increment) }),
      stream: stream.name,
      sources: sourceTexts(counter),
    };
    await runtime.show({ data, text: () => columnsText(runtime, report(counter)) });
  },
});

function sourceTexts(counter: Counter): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(counter.sources).map(([source, values]) => [
      source,
      Object.fromEntries(Object.entries(values).map(([subject, value]) => [subject, String(value)])),
    ]),
  );
}

function report(counter: Counter): Columns {
  const out = columns(`Counter ${counter.subject}`);
  out.row('Value', comma(counter.value));
  out.row('Increment', counter.increment === undefined ? '' : comma(counter.increment));
  out.row('Subject', counter.subject);
  const sources = Object.entries(sourceTexts(counter));
  if (sources.length === 0) return out.line('No source information found');
  out.section('Sources');
  for (const [source, values] of sources.sort()) out.map(source, values);
  return out;
}
