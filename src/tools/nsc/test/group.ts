import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'test',
  hidden: true,
  help: 'Documents about the command tree, and keys for trials',
});
