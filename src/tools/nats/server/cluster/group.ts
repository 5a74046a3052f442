import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'cluster',
  aliases: ['r', 'raft'],
  help: 'Move leaders, remove servers and balance connections of clusters',
});
