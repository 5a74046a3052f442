import { done } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';

/** `nats context unselect` */
export const command = defineCommand({
  name: 'unselect',
  help: 'Use no context when none is named',
  tags: { scope: 'local', impact: 'rw' },
  output: done,
  async run(_input, runtime) {
    const store = await contextStore(runtime);
    const name = await store.selected();
    const { plan } = runtime.contract;
    if (name !== undefined && !plan) await store.select(undefined);
    const verb = plan ? 'Would unselect' : 'Unselected';
    await runtime.show({
      data: { done: name !== undefined && !plan, ...(name === undefined ? {} : { name }) },
      text: () =>
        name === undefined ? 'No context currently selected' : `${verb} the ${JSON.stringify(name)} context`,
    });
  },
});
