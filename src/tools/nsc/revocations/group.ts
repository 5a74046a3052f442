import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'revocations',
  help: 'Revoke users and activations, and take revocations back',
});
