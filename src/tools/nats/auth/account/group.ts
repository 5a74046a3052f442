import { defineGroup } from '#runtime/command.ts';

/** `nats auth account` */
export const group = defineGroup({
  name: 'account',
  aliases: ['a', 'acct', 'act'],
  help: 'Accounts, what they share, and their keys',
});
