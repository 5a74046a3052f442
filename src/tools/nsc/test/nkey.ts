import { defineCommand } from '#runtime/command.ts';
import { generateKeys, nkeyFlags, nkeyOutput } from '../generate/nkey-flags.ts';

/** `nsc test nkey` */
export const command = defineCommand({
  name: 'nkey',
  help: 'Make keys and print seed and public key of each, as generate nkey does',
  args: { words: { type: 'string', cumulative: true, hidden: true, help: 'Ignored' } },
  flags: nkeyFlags,
  examples: ['nsc test nkey --user'],
  tags: { scope: 'local', impact: 'ro' },
  output: nkeyOutput,
  run: ({ flags }, runtime) => generateKeys(runtime, flags),
});
