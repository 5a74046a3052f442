import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'add',
  aliases: ['create'],
  help: 'Add operators, accounts, users, exports, imports and mappings',
});
