import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'request',
  aliases: ['req'],
  help: 'Ask servers for monitoring data and print it as they send it',
  flags: {
    limit: { type: 'int', default: '2048', help: 'Most records in an answer' },
    offset: { type: 'int', default: '0', help: 'Record to begin at' },
    name: { type: 'string', help: 'Only the server of this name', complete: 'servers' },
    host: { type: 'string', help: 'Only servers on this host' },
    cluster: { type: 'string', help: 'Only servers of this cluster' },
    tags: { type: 'string', cumulative: true, help: 'Only servers with all of these tags' },
  },
});
