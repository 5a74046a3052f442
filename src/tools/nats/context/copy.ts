import { fail } from '#base/errors.ts';
import { recordOf } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { contextSchema } from './fields.ts';
import { makeContext, makeFlags } from './make.ts';

/** `nats context copy` */
export const command = defineCommand({
  name: 'copy',
  aliases: ['cp'],
  help: 'Copy a context\n\nConnection flags change the copy.',
  args: {
    source: { type: 'string', required: true, help: 'Context to copy', complete: 'contexts' },
    name: { type: 'string', required: true, help: 'Name of the copy' },
  },
  flags: makeFlags,
  tags: { scope: 'local', impact: 'rw' },
  output: recordOf(contextSchema),
  async run(input, runtime) {
    const { source, name } = input.args;
    const store = await contextStore(runtime);
    if (!(await store.known(source))) throw unknownContext(source);
    if (await store.known(name)) {
      throw fail('conflict', `context ${JSON.stringify(name)} already exist`, {
        hint: 'choose another name, or remove it',
      });
    }
    await makeContext(runtime, name, source, input.flags);
  },
});

/** The error for a context that is not there. */
export function unknownContext(name: string) {
  return fail('not-found', `unknown context ${JSON.stringify(name)}`, {
    hint: '"nats context ls" shows the contexts there are',
  });
}
