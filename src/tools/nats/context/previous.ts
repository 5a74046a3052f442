import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { namedOrSelected, showContext } from './common.ts';
import { contextOutput } from './show.ts';

/** `nats context previous` */
export const command = defineCommand({
  name: 'previous',
  aliases: ['-'],
  help: 'Select the context that was selected before',
  tags: { scope: 'local', impact: 'rw' },
  output: contextOutput,
  async run(_input, runtime) {
    const before = await (await contextStore(runtime)).previous();
    const [store, name] = await namedOrSelected(runtime, before);
    if (before !== undefined) await store.select(name);
    await showContext(runtime, store, name);
  },
});
