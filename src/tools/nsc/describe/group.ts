import type { FlagSpecs } from '#cli/spec.ts';
import { defineGroup } from '#runtime/command.ts';

/** Flags of all descriptions. */
export const describeFlags = {
  json: { type: 'bool', short: 'J', help: 'Print the claims as JSON' },
  'long-ids': { type: 'bool', short: 'W', help: 'Show the ids of exporting accounts instead of their names' },
  raw: { type: 'bool', short: 'R', help: 'Print the token itself; goes before --json' },
  field: {
    type: 'string',
    short: 'F',
    help: 'Print one field of the claims as JSON, such as nats.limits.conn or aud[0]',
  },
} as const satisfies FlagSpecs;

export const group = defineGroup({
  name: 'describe',
  help: 'Show operators, accounts, users and token files',
  flags: describeFlags,
});
