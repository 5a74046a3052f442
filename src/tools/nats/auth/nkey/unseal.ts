import { BoxError, fail } from '#base/errors.ts';
import { isUtf8, visible } from '#base/visible.ts';
import { record, str } from '#cli/schema.ts';
import type { KeyPair } from '#crypto/nkeys.ts';
import { open } from '#crypto/xkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { readFile } from '#runtime/key-files.ts';
import { curvePairOf } from './keys.ts';

/** `nats auth nkey unseal` */
export const command = defineCommand({
  name: 'unseal',
  aliases: ['open', 'decrypt', 'dec'],
  help: 'Open a file that was sealed for a curve key',
  args: {
    file: { type: 'existing-file', required: true, help: 'File to open' },
    key: { type: 'existing-file', required: true, help: 'File with the curve seed of the recipient' },
    sender: { type: 'string', required: true, help: 'Public curve key of the sender, the key itself' },
  },
  flags: {
    output: { type: 'string', help: 'Write what was sealed to this file, readable by you alone' },
    b64: { type: 'bool', negatable: true, default: 'true', help: 'Read base64' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: record({ 'text?': str, 'base64?': str, 'file?': str, sender: str }),
  async run({ args, flags }, runtime) {
    const { sender } = args;
    const pair = await curvePairOf(runtime, args.key, sender);
    const content = await readFile(runtime, args.file);
    const bytes = await opened(pair, sender, flags.b64 ? fromBase64(content, args.file) : content);
    pair.wipe();
    const file = flags.output;
    if (file) {
      const { plan } = runtime.contract;
      if (!plan) await runtime.files.write(file, bytes, 0o600);
      return runtime.show({ data: { sender, file }, text: () => (plan ? `Would write ${file}` : '') });
    }
    if (runtime.contract.as === 'text' && runtime.contract.jq === undefined && runtime.contract.fields === undefined) {
      runtime.out.write(runtime.out.isTTY ? shown(bytes) : bytes);
      runtime.out.write('\n');
      return runtime.out.flush();
    }
    const content64 = Buffer.from(bytes);
    const data = isUtf8(bytes) ? { text: content64.toString() } : { base64: content64.toString('base64') };
    await runtime.show({ data: { sender, ...data }, text: () => '' });
  },
});

/** Opens what was sealed; the newline that ends the output of seal --no-b64 does no harm. */
async function opened(pair: KeyPair, sender: string, sealed: Uint8Array): Promise<Uint8Array> {
  try {
    return await open(pair, sender, sealed);
  } catch (error) {
    if (sealed.at(-1) === 10) return opened(pair, sender, sealed.subarray(0, -1));
    if (!(error instanceof BoxError)) throw error;
    throw new BoxError(error.kind, 'nkeys: could not decrypt input', { ...error.facts, hint: error.message });
  }
}

/** What was sealed comes from somebody else, and does not get to drive the terminal. */
function shown(bytes: Uint8Array): string {
  return visible(new TextDecoder().decode(bytes));
}

function fromBase64(content: Uint8Array, path: string): Uint8Array {
  const text = new TextDecoder().decode(content).replace(/[\r\n]/g, '');
  const bad = text.search(/[^A-Za-z0-9+/=]/);
  if (bad < 0 && text.length % 4 === 0) return new Uint8Array(Buffer.from(text, 'base64'));
  throw fail('usage', `illegal base64 data at input byte ${bad < 0 ? text.length : bad} of ${path}`, {
    hint: 'give --no-b64 for a file that was sealed without base64',
  });
}
