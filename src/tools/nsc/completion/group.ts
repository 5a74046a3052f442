import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'completion',
  help: 'Write the script that completes nsc command lines in a shell',
});
