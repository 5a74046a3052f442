import { defineCommand } from '#runtime/command.ts';
import { contextStore } from '#runtime/contexts.ts';
import { saveContext, saveFlags } from './save.ts';
import { contextOutput } from './show.ts';

/** `nats context add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['create', 'save'],
  help: [
    'Make a context from the connection flags, or change one by them',
    '',
    'Where credentials, keys and tokens are wanted, these are understood:',
    '',
    '  /path or file:///path          a file',
    '  env://NAME                     a variable of the environment, when connecting',
    '  nsc://OPERATOR/ACCOUNT/USER    what nsc keeps for this user',
    '  op://VAULT/ITEM/FIELD          what "op read" gives',
  ].join('\n'),
  args: { name: { type: 'string', required: true, help: 'Name of the context', complete: 'contexts' } },
  flags: saveFlags,
  examples: ['nats context add lab --server nats://lab:4222 --creds lab.creds --select'],
  tags: { scope: 'local', impact: 'rw' },
  output: contextOutput,
  async run(input, runtime) {
    const store = await contextStore(runtime);
    const { name } = input.args;
    const other = runtime.globals['context'];
    const from = (await store.known(name)) ? name : typeof other === 'string' && other !== '' ? other : undefined;
    await saveContext(runtime, name, from === undefined ? undefined : await store.load(from), input.flags);
  },
});
