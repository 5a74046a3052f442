import { defineGroup } from '#runtime/command.ts';
import { tlsFlags } from './flags.ts';

export const group = defineGroup({
  name: 'tool',
  help: 'Try out users against servers: pub, sub, req, reply, rtt',
  flags: {
    nats: { type: 'string', help: 'Server to connect to, in place of the service URLs of the operator' },
    ...tlsFlags,
  },
});
