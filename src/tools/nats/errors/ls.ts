import { fail } from '#base/errors.ts';
import { goRegExp } from '#base/regex.ts';
import { list } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { group } from './group.ts';
import { type ErrorCode, errorSchema, loadErrors } from './load.ts';

/** `nats errors ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list'],
  help: 'List the error codes',
  args: {
    match: { type: 'string', help: 'Only those that match this regular expression' },
    sort: {
      type: 'enum',
      enum: ['code', 'http', 'description', 'descr', 'd'],
      default: 'code',
      help: 'Order by this column',
    },
  },
  flags: { reverse: { type: 'bool', short: 'R', negatable: true, help: 'The other way round' } },
  inherits: group.flags,
  tags: { scope: 'local', impact: 'ro' },
  output: list(errorSchema),
  async run(input, runtime) {
    const { match, sort } = input.args;
    const all = await loadErrors(runtime, input.flags.errors);
    const regex = goRegExp((match ?? '.').toLowerCase());
    const found = all.filter((e) => matches(e, regex));
    if (found.length === 0) throw fail('not-found', `no errors found matching regular expression ${match}`);
    const key = (e: ErrorCode) => (sort === 'code' ? e.error_code : sort === 'http' ? e.code : e.description);
    found.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    if (input.flags.reverse) found.reverse();
    await runtime.show({
      data: found,
      text: () =>
        tableText(runtime, {
          title: 'NATS Errors',
          headers: ['NATS Code', 'HTTP Error Code', 'Description', 'Comment', 'Go Constant'],
          rows: found.map((e) => [e.error_code, e.code, e.description, e.comment, e.constant]),
        }),
    });
  },
});

function matches(entry: ErrorCode, regex: RegExp): boolean {
  const texts = [
    entry.description,
    String(entry.code),
    String(entry.error_code),
    entry.help,
    entry.constant,
    entry.comment,
  ];
  return texts.some((t) => regex.test(t.toLowerCase()));
}
