import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'pub', help: 'Publish into a stream' });
