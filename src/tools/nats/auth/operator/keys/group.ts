import { defineGroup } from '#runtime/command.ts';

/** `nats auth operator keys` */
export const group = defineGroup({ name: 'keys', aliases: ['sk', 's'], help: 'Signing keys of an operator' });
