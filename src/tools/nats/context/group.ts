import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'context',
  aliases: ['ctx'],
  help: 'Name servers and logins, and choose between them',
});
