import type { FlagSpecs } from '#cli/spec.ts';

/** Flags every nsc command takes. */
export const nscFlags = {
  'all-dirs': { type: 'string', short: 'H', help: 'Use one directory for configuration, stores and keys' },
  'config-dir': { type: 'string', help: 'Directory of nsc.json' },
  'data-dir': { type: 'string', help: 'Directory that holds the operators' },
  'keystore-dir': { type: 'string', help: 'Directory that holds keys and creds' },
  interactive: { type: 'bool', short: 'i', help: 'Ask for what is not given' },
  'private-key': {
    type: 'string',
    short: 'K',
    help: 'Key to sign with: the role of a scoped key, a public key whose seed is stored, a seed, or the file of one',
  },
  version: { type: 'bool', short: 'v', help: 'Show the version' },
} as const satisfies FlagSpecs;
