import { recordOf } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { contextSchema } from './fields.ts';
import { selectedName } from './info.ts';
import { selectContext } from './select.ts';
import { showContext } from './show.ts';

/** `nats context previous` */
export const command = defineCommand({
  name: 'previous',
  aliases: ['-'],
  help: 'Go back to the context that was selected before',
  tags: { scope: 'local', impact: 'rw' },
  output: recordOf(contextSchema),
  async run(_input, runtime) {
    const store = await contextStore(runtime);
    const previous = await store.previous();
    if (previous !== undefined) return selectContext(runtime, store, previous);
    const name = await selectedName(store);
    await showContext(runtime, store, name, await store.load(name), { connect: false });
  },
});
