import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'counter',
  aliases: ['ctr'],
  help: 'Count in JetStream streams\n\nCounters are whole numbers of any size; they live in streams made with --allow-counter.',
});
