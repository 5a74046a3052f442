import { defineGroup } from '#runtime/command.ts';

/** `nats auth account keys` */
export const group = defineGroup({
  name: 'keys',
  aliases: ['sk', 's'],
  help: 'Signing keys of an account, each for users of one role',
});
