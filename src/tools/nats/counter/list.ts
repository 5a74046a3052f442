import { fail } from '#base/errors.ts';
import { list, str } from '#cli/schema.ts';
import { counterStream, counterSubjects } from '#client/counter.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';

/** `nats counter list` */
export const command = defineCommand({
  name: 'list',
  aliases: ['l', 'ls'],
  help: 'List the counters of a stream',
  args: { subject: { type: 'string', help: 'Only counters that match this pattern' } },
  flags: {
    stream: { type: 'string', help: 'Stream of the counters; found by the pattern without this' },
    json: { type: 'bool', help: 'Print the subjects as a JSON array' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: list(str),
  async run({ args, flags }, runtime) {
    const { subject } = args;
    if (!flags.stream && !subject) throw fail('usage', 'no stream or subject specified');
    const stream = await counterStream(await openJetStream(runtime), flags.stream, subject ?? '');
    const found = await counterSubjects(stream, subject || '>');
    if (found.length === 0) throw fail('not-found', 'no counters found');
    const text = () => found.map((name) => `${name}\n`).join('');
    await runtime.show({ data: found, text }, { json: flags.json });
  },
});
