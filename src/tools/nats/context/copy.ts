import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { saveContext, saveFlags } from './save.ts';
import { contextOutput } from './show.ts';

/** `nats context copy` */
export const command = defineCommand({
  name: 'copy',
  aliases: ['cp'],
  help: 'Make a context from another one',
  args: {
    source: { type: 'string', required: true, help: 'Context to copy', complete: 'contexts' },
    name: { type: 'string', required: true, help: 'Name of the new context' },
  },
  flags: saveFlags,
  tags: { scope: 'local', impact: 'rw' },
  output: contextOutput,
  async run(input, runtime) {
    const { source, name } = input.args;
    const store = await contextStore(runtime);
    if (!(await store.known(source))) {
      throw fail('not-found', `unknown context ${JSON.stringify(source)}`, { hint: 'nats context ls shows them' });
    }
    if (await store.known(name)) throw fail('conflict', `context ${JSON.stringify(name)} already exist`);
    await saveContext(runtime, name, await store.load(source), input.flags);
  },
});
