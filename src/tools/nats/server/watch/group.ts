import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'watch', help: 'Watch servers, accounts and JetStream live' });
