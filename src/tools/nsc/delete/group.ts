import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'delete',
  help: 'Delete accounts, users, exports, imports and mappings',
});
