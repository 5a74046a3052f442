import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'reissue', help: 'Give an operator a new identity' });
