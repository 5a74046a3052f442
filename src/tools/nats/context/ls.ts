import { messageOf } from '#base/errors.ts';
import { list } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { tableText } from '#runtime/text.ts';
import { type ContextData, contextData, contextSchema } from './fields.ts';

/** `nats context ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list', 'l'],
  help: 'List the contexts',
  flags: {
    completion: { type: 'bool', hidden: true, help: 'Print names and descriptions for shell completion' },
    json: { type: 'bool', short: 'j', help: 'Print the contexts as JSON, secrets included' },
    names: { type: 'bool', help: 'Print names alone' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: list(contextSchema),
  async run(input, runtime) {
    const { completion, json, names } = input.flags;
    const store = await contextStore(runtime);
    const selected = await store.selected();
    const found: ContextData[] = [];
    for (const name of await store.names()) {
      try {
        found.push(contextData(name, await store.load(name)));
      } catch (error) {
        if (!completion) runtime.log(`Could not load context ${name}: ${messageOf(error)}`);
      }
    }
    const mark = (name: string) => (name === selected ? `${name}*` : name);
    const text = () => {
      if (completion) return found.map((c) => `${mark(c.name.replaceAll(':', '\\:'))}:${c.description}\n`).join('');
      if (names) return found.map((c) => `${c.name}\n`).join('');
      if (found.length === 0) return 'No known contexts\n';
      const rows = found.map((c) => [mark(c.name), c.description]);
      return tableText(runtime, { title: 'Known Contexts', headers: ['Name', 'Description'], rows }).then(
        (t) => `${t}\n`,
      );
    };
    // The original has null, not an empty list, where there is nothing.
    await runtime.show({ data: json && found.length === 0 ? null : found, rows: () => found, text }, { json });
  },
});
