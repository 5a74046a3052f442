import { defineGroup } from '#runtime/command.ts';

/** `nats auth` */
export const group = defineGroup({
  name: 'auth',
  help: 'Operators, accounts, users and keys for decentralized authentication\n\nThey are kept where nsc keeps them: both tools work on the same store.',
});
