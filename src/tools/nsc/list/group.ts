import type { FlagSpecs } from '#cli/spec.ts';
import { defineGroup } from '#runtime/command.ts';

/** Flags of all lists. */
export const listFlags = {
  json: { type: 'bool', short: 'J', help: 'Print the list as JSON' },
} as const satisfies FlagSpecs;

export const group = defineGroup({
  name: 'list',
  help: 'List operators, accounts, users and keys',
  flags: listFlags,
});
