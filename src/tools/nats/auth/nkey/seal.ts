import { record, str } from '#cli/schema.ts';
import { seal } from '#crypto/xkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { readFile } from '#runtime/key-files.ts';
import { curvePairOf } from './keys.ts';

/** `nats auth nkey seal` */
export const command = defineCommand({
  name: 'seal',
  aliases: ['encrypt', 'enc'],
  help: 'Seal a file with curve keys: only the recipient can open it',
  args: {
    file: { type: 'existing-file', required: true, help: 'File to seal' },
    key: { type: 'existing-file', required: true, help: 'File with the curve seed of the sender' },
    recipient: { type: 'string', required: true, help: 'Public curve key of the recipient, the key itself' },
  },
  flags: {
    output: { type: 'string', help: 'Write what is sealed to this file' },
    b64: { type: 'bool', negatable: true, default: 'true', help: 'Write base64' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: record({ 'sealed?': str, 'file?': str, sender: str, recipient: str }),
  async run({ args, flags }, runtime) {
    const pair = await curvePairOf(runtime, args.key, args.recipient);
    const bytes = await seal(pair, args.recipient, await readFile(runtime, args.file));
    pair.wipe();
    const base64 = Buffer.from(bytes).toString('base64');
    const facts = { sender: pair.publicKey, recipient: args.recipient };
    const file = flags.output;
    if (file) {
      const { plan } = runtime.contract;
      if (!plan) await runtime.files.write(file, flags.b64 ? base64 : bytes, 0o600);
      return runtime.show({ data: { ...facts, file }, text: () => (plan ? `Would write ${file}` : '') });
    }
    if (!flags.b64 && runtime.contract.as === 'text') {
      runtime.out.write(bytes);
      runtime.out.write('\n');
      return runtime.out.flush();
    }
    await runtime.show({ data: { ...facts, sealed: base64 }, text: () => base64 });
  },
});
