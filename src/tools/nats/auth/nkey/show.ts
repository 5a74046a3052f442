import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { pairOf } from './keys.ts';

/** `nats auth nkey show` */
export const command = defineCommand({
  name: 'show',
  help: 'Show the public key of a seed',
  args: { key: { type: 'existing-file', required: true, help: 'File with the seed' } },
  tags: { scope: 'local', impact: 'ro' },
  output: record({ public: str }),
  async run({ args }, runtime) {
    const pair = await pairOf(runtime, args.key);
    pair.wipe();
    await runtime.show({ data: { public: pair.publicKey }, text: () => pair.publicKey });
  },
});
