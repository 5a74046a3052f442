import { defineGroup } from '#runtime/command.ts';

/** `nats auth account imports` */
export const group = defineGroup({
  name: 'imports',
  aliases: ['i', 'imp', 'import'],
  help: 'What an account imports from others',
});
