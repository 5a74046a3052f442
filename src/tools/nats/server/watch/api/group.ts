import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'api', help: 'Watch the JetStream API' });
