import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'schema',
  help: 'Look at the schemas of NATS messages, and check data with them',
});
