import { fail } from '#base/errors.ts';
import { recordOf } from '#cli/schema.ts';
import type { ContextStore } from '#client/context.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { contextSchema } from './fields.ts';
import { showContext } from './show.ts';

/** `nats context info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['show', 'v', 'view'],
  help: 'Show a context',
  args: { name: { type: 'string', help: 'Name of the context; the selected one when left out', complete: 'contexts' } },
  flags: {
    json: { type: 'bool', short: 'j', help: 'Print the context as JSON, secrets included' },
    connect: { type: 'bool', help: 'Also try to connect with it' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: recordOf(contextSchema),
  async run(input, runtime) {
    const store = await contextStore(runtime);
    const name = input.args.name || (await selectedName(store));
    const { connect, json } = input.flags;
    await showContext(runtime, store, name, await store.load(name), { connect, json });
  },
});

/** The selected context; throws `usage` when there is none. */
export async function selectedName(store: ContextStore): Promise<string> {
  const name = await store.selected();
  if (name) return name;
  throw fail('usage', 'no default context and no name supplied', { hint: 'nats context select NAME' });
}
