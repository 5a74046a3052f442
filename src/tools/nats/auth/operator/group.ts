import { defineGroup } from '#runtime/command.ts';

/** `nats auth operator` */
export const group = defineGroup({ name: 'operator', aliases: ['o', 'op'], help: 'Operators and their signing keys' });
