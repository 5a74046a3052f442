import { defineCommand } from '#runtime/command.ts';
import { generateKeys, nkeyFlags, nkeyOutput } from './nkey-flags.ts';

/** `nsc generate nkey` */
export const command = defineCommand({
  name: 'nkey',
  help: 'Make keys and print seed and public key of each',
  args: { words: { type: 'string', cumulative: true, hidden: true, help: 'Ignored' } },
  flags: nkeyFlags,
  examples: ['nsc generate nkey --user', 'nsc generate nkey --account --store'],
  tags: { scope: 'local', impact: 'ro' },
  output: nkeyOutput,
  run: ({ flags }, runtime) => generateKeys(runtime, flags),
});
