import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'rename', hidden: true, help: 'Rename accounts' });
