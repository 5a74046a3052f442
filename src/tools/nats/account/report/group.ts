import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'report', aliases: ['rep'], help: 'Reports about the account' });
