import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'cluster',
  aliases: ['c'],
  help: 'Manage where the leaders of consumers are',
});
