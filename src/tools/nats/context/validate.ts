import { fail, messageOf } from '#base/errors.ts';
import { bool, list, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { withServer } from './fields.ts';
import { contextText, examine } from './show.ts';

interface Verdict {
  name: string;
  valid: boolean;
  error?: string;
  files?: object;
  connection?: string;
}

/** `nats context validate` */
export const command = defineCommand({
  name: 'validate',
  help: 'Check one context, or all\n\nThe files a context names must be there; with --connect it must also work.',
  args: { name: { type: 'string', help: 'Name of the context; all when left out', complete: 'contexts' } },
  flags: { connect: { type: 'bool', help: 'Also try to connect' } },
  tags: { scope: 'local', impact: 'ro' },
  output: list(obj({ name: str, valid: bool, 'error?': str, 'files?': obj({}), 'connection?': str })),
  async run(input, runtime) {
    const store = await contextStore(runtime);
    const verdicts: Verdict[] = [];
    const texts: string[] = [];
    for (const name of input.args.name ? [input.args.name] : await store.names()) {
      try {
        const file = await store.load(name);
        const found = await examine(runtime, name, file, input.flags.connect);
        const { files, connection } = found;
        verdicts.push({ name, valid: found.errors === 0, files, ...(connection ? { connection } : {}) });
        texts.push(`${await contextText(runtime, store, name, withServer(file.config), found)}\n`);
      } catch (error) {
        verdicts.push({ name, valid: false, error: messageOf(error) });
        texts.push(`Could not load ${name}: ${messageOf(error)}\n\n\n`);
      }
    }
    await runtime.show({ data: verdicts, text: () => texts.join('') });
    const bad = verdicts.filter((v) => !v.valid).map((v) => v.name);
    if (bad.length > 0) throw fail('check-failed', 'validation failed', { hint: `look at: ${bad.join(', ')}` });
  },
});
