import { defineGroup } from '#runtime/command.ts';

/** `nats auth account exports` */
export const group = defineGroup({
  name: 'exports',
  aliases: ['e', 'exp', 'export'],
  help: 'What an account offers to others',
});
