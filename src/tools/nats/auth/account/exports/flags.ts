import type { FlagSpecs } from '#cli/spec.ts';
import { operatorFlag } from '../../pick.ts';

/** What can be said of an export when it is made, and changed later. */
export const exportFlags = {
  ...operatorFlag,
  description: { type: 'string', help: 'What it is for' },
  url: { type: 'string', help: 'Where more about it is to be read' },
  'token-position': { type: 'uint', help: 'Which token of the subject is the id of the importing account, from 1' },
} as const satisfies FlagSpecs;
