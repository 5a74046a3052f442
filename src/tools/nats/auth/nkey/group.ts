import { defineGroup } from '#runtime/command.ts';

/** `nats auth nkey` */
export const group = defineGroup({
  name: 'nkey',
  aliases: ['nk'],
  help: 'Make nkeys, and sign, verify, seal and open files with them',
});
