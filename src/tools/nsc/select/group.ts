import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'select', help: 'Choose the current operator or account' });
