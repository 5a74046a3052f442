import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'get', help: 'Read stored messages without a consumer' });
