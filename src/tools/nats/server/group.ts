import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'server',
  aliases: ['srv', 'sys', 'system'],
  help: 'Look at servers and clusters, and change them\n\nMost of these commands need a login of the system account.',
});
