import { done } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';

/** `nats context unselect` */
export const command = defineCommand({
  name: 'unselect',
  help: 'Use no context by default',
  tags: { scope: 'local', impact: 'rw' },
  output: done,
  async run(_input, runtime) {
    const store = await contextStore(runtime);
    const current = await store.selected();
    if (current !== undefined) await store.select(undefined);
    const text =
      current === undefined ? 'No context currently selected\n' : `Unselected the ${JSON.stringify(current)} context\n`;
    await runtime.show({
      data: { done: current !== undefined, ...(current ? { name: current } : {}) },
      text: () => text,
    });
  },
});
