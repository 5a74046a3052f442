import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'keys', help: 'Look after the keystore' });
