import { version } from '#base/version.ts';
import type { Tool } from '#cli/tree.ts';
import { nscFlags } from './globals.ts';
import { tree } from './tree.gen.ts';

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
