import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'config', help: 'Work with the configuration of servers' });
