import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'plugins',
  help: 'Add commands of other programs to this one',
  hidden: true,
});
