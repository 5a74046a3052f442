import { version } from '#base/version.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { Tool } from '#cli/tree.ts';
import { tree } from './tree.gen.ts';

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

export const tool: Tool = {
  name: 'nsc',
  dialect: 'cobra',
  help:
    'Keys, tokens and stores of NATS operators, accounts and users\n\n' +
    'Operators sign accounts, accounts sign users. nsc keeps their tokens in a store, their keys in a keystore, writes ' +
    'the credentials clients connect with, and brings the tokens to servers.',
  flags: nscFlags,
  children: tree,
  version,
};
