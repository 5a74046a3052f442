import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { serve, serveFlags } from '#runtime/serve.ts';

/** `nats server run`: the built-in server, as the original once had one. */
export const command = defineCommand({
  name: 'run',
  help: 'Run the built-in NATS server\n\nOne node for development and tests. Clusters, JetStream, leaf nodes and gateways belong to nats-server.',
  flags: serveFlags,
  goflags: true,
  examples: ['nats server run', 'nats server run -a 127.0.0.1 -p 4333'],
  tags: { scope: 'local', impact: 'rw' },
  output: none,
  ours: true,
  run: (input, runtime) => serve(runtime, input.flags, (name) => input.isSet(name)),
});
