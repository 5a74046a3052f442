import { BoxError, fail } from '#base/errors.ts';
import { done } from '#cli/schema.ts';
import { checkContextName } from '#client/context.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** `nats context rm` */
export const command = defineCommand({
  name: 'rm',
  aliases: ['remove'],
  help: 'Remove a context\n\nOne that does not exist is no error.',
  args: { name: { type: 'string', required: true, help: 'Name of the context', complete: 'contexts' } },
  flags: { force: { type: 'bool', short: 'f', help: 'Do not ask, and remove the selected one too' } },
  tags: { scope: 'local', impact: 'rw' },
  output: done,
  async run(input, runtime) {
    const { name } = input.args;
    checkContextName(name);
    const store = await contextStore(runtime);
    const isSelected = (await store.selected()) === name;
    if (isSelected && !input.flags.force) {
      throw fail('conflict', 'cannot remove the selected context, select another one or use the unselect command', {
        hint: 'or use --force',
      });
    }
    if (runtime.contract.plan) {
      return runtime.show({ data: { done: false, name }, text: () => `Would remove ${store.path(name)}` });
    }
    if (!input.flags.force && !(await confirmed(runtime, name))) return;
    if (isSelected) await store.select(undefined);
    await store.remove(name);
    await runtime.show({ data: { done: true, name }, text: () => '' });
  },
});

async function confirmed(runtime: Runtime, name: string): Promise<boolean> {
  const prompts = await runtime.prompts();
  try {
    return await prompts.confirm({
      message: `Really delete context ${JSON.stringify(name)}`,
      default: false,
      flag: '--force',
      noTerminal: 'cannot ask for confirmation without a terminal',
    });
  } catch (error) {
    if (!(error instanceof BoxError)) throw error;
    throw fail(error.kind, `could not obtain confirmation: ${error.message}`, error.facts);
  }
}
