import { messageOf } from '#base/errors.ts';
import { list } from '#cli/schema.ts';
import type { ContextFile } from '#client/context.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { contextDocument, contextSchema } from './show.ts';

/** `nats context ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list', 'l'],
  help: 'List the contexts',
  flags: {
    completion: { type: 'bool', hidden: true, help: 'Names and descriptions for shells' },
    json: { type: 'bool', short: 'j', help: 'Print the contexts as JSON, secrets included' },
    names: { type: 'bool', help: 'Names alone, one a line' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: list(contextSchema),
  async run(input, runtime) {
    const { flags } = input;
    const store = await contextStore(runtime);
    const selected = await store.selected();
    const known: [string, ContextFile][] = [];
    for (const name of await store.names()) {
      try {
        known.push([name, await store.load(name)]);
      } catch (error) {
        if (!flags.completion) runtime.log(`Could not load context ${name}: ${messageOf(error)}`);
      }
    }
    const mark = (name: string) => (name === selected ? `${name}*` : name);
    const text = () => {
      if (flags.completion) {
        return known.map(([n, f]) => `${mark(n.replaceAll(':', '\\:'))}:${f.config.description}\n`).join('');
      }
      if (flags.names) return known.map(([n]) => `${n}\n`).join('');
      return table(
        runtime,
        known.map(([n, f]) => [mark(n), f.config.description]),
      );
    };
    await runtime.show({ data: known.map(([n, f]) => contextDocument(n, f)), text }, { json: flags.json });
  },
});

async function table(runtime: Runtime, rows: string[][]): Promise<string> {
  if (rows.length === 0) return 'No known contexts\n';
  return `${await tableText(runtime, { title: 'Known Contexts', headers: ['Name', 'Description'], rows })}\n`;
}
