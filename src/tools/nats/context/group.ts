import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'context',
  aliases: ['ctx'],
  help: 'Name servers and logins once, and use them by name',
});
