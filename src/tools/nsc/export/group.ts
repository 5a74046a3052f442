import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'export', help: 'Copy keys out of the keystore' });
