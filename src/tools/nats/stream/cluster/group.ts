import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'cluster',
  aliases: ['c'],
  help: 'Manage leaders and replicas of streams',
});
