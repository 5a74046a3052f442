import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'import', help: 'Take in keys, accounts and users from files' });
