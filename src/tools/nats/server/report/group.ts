import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'report',
  aliases: ['rep'],
  help: 'Report on accounts, connections, JetStream, links, CPU, memory and health of all servers',
  flags: { reverse: { type: 'bool', short: 'R', help: 'Order the other way round' } },
});
