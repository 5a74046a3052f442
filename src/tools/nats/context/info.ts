import { defineCommand } from '#runtime/command.ts';
import { namedOrSelected, showContext } from './common.ts';
import { contextOutput } from './show.ts';

/** `nats context info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['show', 'v', 'view'],
  help: 'Show a context, the selected one without a name',
  args: { name: { type: 'string', help: 'Name of the context', complete: 'contexts' } },
  flags: {
    json: { type: 'bool', short: 'j', help: 'Print the context as JSON, secrets included' },
    connect: { type: 'bool', help: 'Try to connect' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: contextOutput,
  async run(input, runtime) {
    const [store, name] = await namedOrSelected(runtime, input.args.name);
    await showContext(runtime, store, name, { json: input.flags.json, connect: input.flags.connect });
  },
});
