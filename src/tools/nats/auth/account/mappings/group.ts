import { defineGroup } from '#runtime/command.ts';

/** `nats auth account mappings` */
export const group = defineGroup({
  name: 'mappings',
  aliases: ['m', 'mapping', 'map'],
  help: 'Subject mappings of an account',
});
