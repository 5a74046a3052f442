import type { FlagSpecs } from '#cli/spec.ts';

/** Who talks to resolvers: push and pull. */
export const systemFlags = {
  'system-account': { type: 'string', help: 'System account to use, in place of the one of the operator' },
  'system-user': { type: 'string', help: 'User of it to log in as; without this one is made for two minutes' },
} as const satisfies FlagSpecs;
