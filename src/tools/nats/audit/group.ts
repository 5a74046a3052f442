import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'audit',
  help: 'Gather the state of a whole deployment, and check it',
});
