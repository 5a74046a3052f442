import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { readFile } from '#runtime/key-files.ts';
import { pairOf, refuseCurve } from './keys.ts';

/** `nats auth nkey sign` */
export const command = defineCommand({
  name: 'sign',
  help: 'Sign a file',
  args: {
    file: { type: 'existing-file', required: true, help: 'File to sign' },
    key: { type: 'existing-file', required: true, help: 'File with the seed' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: record({ signature: str, public: str }),
  async run({ args }, runtime) {
    const pair = await pairOf(runtime, args.key);
    refuseCurve(pair.kind);
    const signature = Buffer.from(await pair.sign(await readFile(runtime, args.file))).toString('base64url');
    pair.wipe();
    await runtime.show({ data: { signature, public: pair.publicKey }, text: () => signature });
  },
});
