import { fail } from '#base/errors.ts';
import { recordOf, schemaDocument } from '#cli/schema.ts';
import { findChild, leaves, type Node, type Tool } from '#cli/tree.ts';
import { defineCommand } from '#runtime/command.ts';
import { toolByName } from './known.ts';

/** `natsbox schema nats kv ls`: the JSON Schema of what a command gives under --as json. */
export const command = defineCommand({
  name: 'schema',
  help: 'Show the JSON Schema of the data a command gives\n\nWithout a command: all schemas of the tool, one per line.',
  args: {
    tool: { type: 'string', required: true, help: 'nats, nsc, nk, nats-top or natsbox' },
    command: { type: 'string', cumulative: true, help: 'Words of the command' },
  },
  examples: ['natsbox schema nats context ls'],
  tags: { scope: 'local', impact: 'ro' },
  output: recordOf({ type: 'object' }),
  ours: true,
  async run(input, runtime) {
    const tool = await toolByName(input.args.tool);
    if (tool.single || input.args.command.length > 0) {
      const document = await one(tool, input.args.command);
      await runtime.show({ data: document, text: () => JSON.stringify(document, null, 2) });
      return;
    }
    const emitter = runtime.stream<object>();
    for (const path of leaves(tool.children)) {
      const document = await one(
        tool,
        path.map((n) => n.name),
      );
      emitter.emit(document, () => JSON.stringify(document) + '\n');
    }
    await emitter.end();
  },
});

async function one(tool: Tool, words: readonly string[]): Promise<object> {
  if (tool.single) return schemaDocument(tool.name, [], (await tool.single()).spec.output);
  const path: Node[] = [];
  let children: readonly Node[] | undefined = tool.children;
  for (const word of words) {
    const node: Node | undefined = findChild(children, word);
    if (!node) {
      const all = (children ?? []).map((n) => n.name).join(', ');
      throw fail('usage', `"${word}" is no command of ${[tool.name, ...path.map((n) => n.name)].join(' ')}`, {
        hint: all ? `commands are ${all}` : 'it takes no further words',
      });
    }
    path.push(node);
    children = node.children;
  }
  const command = await path.at(-1)?.load?.();
  if (!command)
    throw fail('usage', `${words.join(' ')} has subcommands, name one`, {
      hint: `${tool.name} ${words.join(' ')} --help`,
    });
  return schemaDocument(
    tool.name,
    path.map((n) => n.name),
    command.spec.output,
  );
}
