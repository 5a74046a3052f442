import { defineGroup } from '#runtime/command.ts';

/** `nats auth user` */
export const group = defineGroup({
  name: 'user',
  aliases: ['u', 'usr', 'users'],
  help: 'Users of an account, and their credentials',
});
