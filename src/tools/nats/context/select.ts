import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { showContext } from './common.ts';
import { contextOutput } from './show.ts';

/** `nats context select` */
export const command = defineCommand({
  name: 'select',
  aliases: ['switch', 'set'],
  help: 'Make a context the one that is used by default',
  args: { name: { type: 'string', help: 'Name of the context', complete: 'contexts' } },
  tags: { scope: 'local', impact: 'rw' },
  output: contextOutput,
  async run(input, runtime) {
    const store = await contextStore(runtime);
    const names = await store.names();
    if (names.length === 0) throw fail('not-found', 'no context defined', { hint: 'nats context add NAME makes one' });
    let { name } = input.args;
    if (!name) {
      const choices = names.map((n) => ({ label: n, value: n }));
      const prompts = await runtime.prompts();
      name = await prompts.select({ message: 'Select a Context', choices, flag: 'the name argument' });
    }
    if (!(await store.known(name))) {
      throw fail('not-found', `unknown context ${JSON.stringify(name)}`, { hint: 'nats context ls shows them' });
    }
    await store.select(name);
    await showContext(runtime, store, name);
  },
});
