// Alone in its file: groups have it, and they are loaded for every command line.
import type { FlagSpecs } from '#cli/spec.ts';

export const accountFlag = {
  account: { type: 'string', short: 'a', help: 'Name or public key of the account' },
} as const satisfies FlagSpecs;
