import { fail } from '#base/errors.ts';
import { recordOf } from '#cli/schema.ts';
import type { ContextStore } from '#client/context.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { contextSchema } from './fields.ts';
import { showContext } from './show.ts';

/** `nats context select` */
export const command = defineCommand({
  name: 'select',
  aliases: ['switch', 'set'],
  help: 'Choose the context to use when none is named',
  args: { name: { type: 'string', help: 'Name of the context', complete: 'contexts' } },
  tags: { scope: 'local', impact: 'rw' },
  output: recordOf(contextSchema),
  async run(input, runtime) {
    const store = await contextStore(runtime);
    const names = await store.names();
    if (names.length === 0) {
      throw fail('not-found', 'no context defined', { hint: 'nats context add NAME --server URL makes one' });
    }
    await selectContext(runtime, store, input.args.name || (await ask(runtime, names)));
  },
});

async function ask(runtime: Runtime, names: readonly string[]): Promise<string> {
  const prompts = await runtime.prompts();
  return prompts.select({
    message: 'Select a Context',
    choices: names.map((name) => ({ label: name, value: name })),
    flag: 'the name argument',
    noTerminal: 'cannot prompt for user input without a terminal',
  });
}

/** Selects a context and shows it. Throws `not-found` when it is not there. */
export async function selectContext(runtime: Runtime, store: ContextStore, name: string): Promise<void> {
  const file = await store.load(name);
  if (runtime.contract.plan) runtime.log(`Would select context ${JSON.stringify(name)}`);
  else await store.select(name);
  await showContext(runtime, store, name, file, { connect: false });
}
