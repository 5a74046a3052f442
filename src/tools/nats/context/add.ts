import { recordOf } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { contextSchema } from './fields.ts';
import { makeContext, makeFlags } from './make.ts';

/** `nats context add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['create', 'save'],
  help: `Create a context, or change one

The flags that say how to connect become part of it. --creds, --nkey, --jwt and --seed take

  /some/path, file:///some/path   a file
  env://NAME                      a variable of the environment
  op://vault/item/field           1Password, by its program op
  nsc://Operator/Account/User     the credentials nsc keeps
  data:;base64,TEXT               the secret itself; --embed makes this of files`,
  args: { name: { type: 'string', required: true, help: 'Name of the context', complete: 'contexts' } },
  flags: makeFlags,
  tags: { scope: 'local', impact: 'rw' },
  examples: ['nats context add lab --server nats://lab:4222 --creds lab.creds --select'],
  output: recordOf(contextSchema),
  async run(input, runtime) {
    const from = runtime.globals['context'];
    await makeContext(
      runtime,
      input.args.name,
      typeof from === 'string' && from !== '' ? from : undefined,
      input.flags,
    );
  },
});
