import { fail } from '#base/errors.ts';
import { bool, record, str } from '#cli/schema.ts';
import { decodePublic, verifySignature } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { readFile, readSignature } from '#runtime/key-files.ts';
import { publicKeyOf, refuseCurve } from './keys.ts';

/** `nats auth nkey verify` */
export const command = defineCommand({
  name: 'verify',
  help: 'Verify the signature of a file',
  args: {
    file: { type: 'existing-file', required: true, help: 'File that was signed' },
    signature: { type: 'existing-file', required: true, help: 'File with the signature' },
    key: { type: 'existing-file', required: true, help: 'File with the public key, or the seed' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: record({ verified: bool, public: str }),
  async run({ args }, runtime) {
    const key = await publicKeyOf(runtime, args.key);
    refuseCurve(decodePublic(key)?.kind);
    const content = await readFile(runtime, args.file);
    if (!(await verifySignature(key, content, await readSignature(runtime, args.signature)))) {
      throw fail('check-failed', 'nkeys: signature verification failed', {
        hint: `${args.file} was changed, or it was signed with another key`,
      });
    }
    await runtime.show({ data: { verified: true, public: key }, text: () => 'Verified OK' });
  },
});
