import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'account', aliases: ['a'], help: 'Look at the account in use, and save it' });
