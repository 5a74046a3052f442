import { BoxError } from '#base/errors.ts';
import { record, str } from '#cli/schema.ts';
import { counterStream, getCounter } from '#client/counter.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';

/** `nats counter get` */
export const command = defineCommand({
  name: 'get',
  aliases: ['g'],
  help: 'Print the value of a counter',
  args: { subject: { type: 'string', required: true, help: 'Subject of the counter' } },
  flags: { stream: { type: 'string', help: 'Stream of the counter; found by its subject without this' } },
  tags: { scope: 'user', impact: 'ro' },
  output: record({ subject: str, value: str, stream: str }),
  async run({ args, flags }, runtime) {
    const { subject } = args;
    const stream = await counterStream(await openJetStream(runtime), flags.stream, subject);
    const { value } = await getCounter(stream, subject).catch((error: unknown) => {
      if (!(error instanceof BoxError) || error.kind !== 'not-found') throw error;
      throw new BoxError('not-found', `${error.message}: ${subject}`, error.facts);
    });
    const data = { subject, value: String(value), stream: stream.name };
    await runtime.show({ data, text: () => `${value}\n` });
  },
});
