import { fail } from '#base/errors.ts';
import { recordOf } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { columnsText } from '#runtime/text.ts';
import { columns } from '#view/columns.ts';
import { group } from './group.ts';
import { checkCode, errorSchema, loadErrors } from './load.ts';

/** `nats errors lookup` */
export const command = defineCommand({
  name: 'lookup',
  aliases: ['find', 'get', 'l', 'view', 'show'],
  help: 'Show what an error code means',
  args: { code: { type: 'uint', required: true, help: 'Code to look up, such as 10059' } },
  inherits: group.flags,
  tags: { scope: 'local', impact: 'ro' },
  output: recordOf(errorSchema),
  async run(input, runtime) {
    const code = checkCode(input.args.code);
    const entry = (await loadErrors(runtime, input.flags.errors)).find((e) => e.error_code === code);
    if (!entry) throw fail('not-found', `no error matches code ${code}`, { hint: 'nats errors ls shows all codes' });
    const report = columns(`NATS Error Code: ${entry.error_code}`);
    report.row('Description', entry.description);
    report.rowIfNotEmpty('Comment', entry.comment);
    report.row('HTTP Code', String(entry.code));
    report.row('Go Index Constant', entry.constant);
    report.rowIfNotEmpty('Help URL', entry.url);
    report.line();
    report.line(entry.help || 'No further information available');
    await runtime.show({ data: entry, text: () => columnsText(runtime, report) });
  },
});
