import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'account',
  aliases: ['acct'],
  help: 'Look at accounts as servers see them, and purge them',
  flags: { json: { type: 'bool', short: 'j', help: 'Print the account as JSON' } },
});
