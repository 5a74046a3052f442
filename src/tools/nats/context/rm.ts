import { fail } from '#base/errors.ts';
import { done } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';

/** `nats context rm` */
export const command = defineCommand({
  name: 'rm',
  aliases: ['remove'],
  help: 'Remove a context',
  args: { name: { type: 'string', required: true, help: 'Name of the context', complete: 'contexts' } },
  flags: { force: { type: 'bool', short: 'f', help: 'Remove without asking, the selected one too' } },
  tags: { scope: 'local', impact: 'rw' },
  output: done,
  async run(input, runtime) {
    const { name } = input.args;
    const { force } = input.flags;
    const store = await contextStore(runtime);
    const selected = (await store.selected()) === name;
    if (selected && !force) {
      throw fail('conflict', 'cannot remove the selected context, select another one or use the unselect command', {
        hint: 'nats context unselect, or --force',
      });
    }
    if (runtime.contract.plan) {
      await runtime.show({ data: { done: false, name }, text: () => `would remove context ${JSON.stringify(name)}\n` });
      return;
    }
    if (!force) {
      const prompts = await runtime.prompts();
      const message = `Really delete context ${JSON.stringify(name)}`;
      if (!(await prompts.confirm({ message, default: false, flag: '--force' }))) return;
    }
    if (selected) await store.select(undefined);
    await store.remove(name);
    await runtime.show({ data: { done: true, name }, text: () => '' });
  },
});
