import { fail, messageOf } from '#base/errors.ts';
import { arr, bool, int, list, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { contextReport } from './show.ts';

/** `nats context validate` */
export const command = defineCommand({
  name: 'validate',
  help: 'Check the files that one or all contexts name, and with --connect the connection',
  args: { name: { type: 'string', help: 'Name of the context', complete: 'contexts' } },
  flags: { connect: { type: 'bool', help: 'Try to connect' } },
  tags: { scope: 'local', impact: 'ro' },
  output: list(obj({ name: str, valid: bool, problems: int, 'errors?': arr(str) })),
  async run(input, runtime) {
    const store = await contextStore(runtime);
    const names = input.args.name ? [input.args.name] : await store.names();
    const verdicts: { name: string; valid: boolean; problems: number; errors?: string[] }[] = [];
    let text = '';
    for (const name of names) {
      try {
        const file = await store.load(name);
        const report = await contextReport(runtime, name, store.path(name), file, input.flags.connect);
        verdicts.push({ name, valid: report.problems === 0, problems: report.problems });
        text += `${report.text}\n`;
      } catch (error) {
        verdicts.push({ name, valid: false, problems: 1, errors: [messageOf(error)] });
        text += `Could not load ${name}: ${messageOf(error)}\n\n`;
      }
    }
    await runtime.show({ data: verdicts, text: () => text });
    if (verdicts.some((v) => !v.valid)) throw fail('check-failed', 'validation failed');
  },
});
