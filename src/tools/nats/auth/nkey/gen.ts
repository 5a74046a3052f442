import { fail } from '#base/errors.ts';
import { record, str } from '#cli/schema.ts';
import { createKeyPair, type KeyKind } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { readEntropy } from '#runtime/key-files.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** `nats auth nkey gen` */
export const command = defineCommand({
  name: 'gen',
  help: 'Make a key',
  args: {
    type: {
      type: 'enum',
      enum: ['user', 'account', 'server', 'cluster', 'operator', 'curve', 'x25519'],
      required: true,
      help: 'Kind of key: user, account, server, cluster, operator, curve or x25519, which is the same as curve',
    },
  },
  flags: {
    public: { type: 'bool', help: 'Print the public key too' },
    entropy: { type: 'existing-file', help: 'File or device whose first 32 bytes become the key' },
    output: { type: 'string', help: 'Write the seed to this file, readable by you alone' },
  },
  tags: { scope: 'local', impact: 'rw' },
  output: record({ 'seed?': str, public: str, 'file?': str }),
  async run({ args, flags }, runtime) {
    const kind = (args.type === 'x25519' ? 'curve' : args.type) as KeyKind;
    const pair = await createKeyPair(kind, await secretFor(runtime, kind, flags.entropy));
    const seed = new TextDecoder().decode(pair.seed());
    pair.wipe();
    const lines = flags.public ? `${seed}\n${pair.publicKey}\n` : `${seed}\n`;
    const file = flags.output;
    if (!file) return runtime.show({ data: { seed, public: pair.publicKey }, text: () => lines });
    const { plan } = runtime.contract;
    if (!plan) await runtime.files.write(file, lines, 0o600);
    const text = () => (plan ? `Would write a key of kind ${kind} to ${file}` : '');
    await runtime.show({ data: { public: pair.publicKey, file }, text });
  },
});

async function secretFor(runtime: Runtime, kind: KeyKind, entropy: string | undefined): Promise<Uint8Array> {
  if (!entropy) return runtime.random(32);
  const secret = await readEntropy(runtime, entropy);
  if (secret) return secret;
  throw fail('error', `could not create "${kind}": unexpected EOF`, { hint: `${entropy} has fewer than 32 bytes` });
}
