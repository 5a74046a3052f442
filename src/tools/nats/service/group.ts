import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'service',
  aliases: ['micro'],
  help: 'Find services, look at them, and ask them',
});
