import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'edit',
  help: 'Change operators, accounts, users, exports and signing keys',
});
