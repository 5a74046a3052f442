import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { serve, standaloneFlags } from '#runtime/serve.ts';

/** `natsbox server` */
export const command = defineCommand({
  name: 'server',
  help: 'Run the built-in NATS server\n\nOne node for development, tests and small embedded use. Clusters, leaf nodes and gateways belong to nats-server.',
  flags: standaloneFlags,
  goflags: true,
  examples: ['natsbox server', 'natsbox server -a 127.0.0.1 -p 4333 --user joe --pass secret'],
  tags: { scope: 'local', impact: 'rw' },
  output: none,
  ours: true,
  run: (input, runtime) => serve(runtime, input.flags, (name) => input.isSet(name)),
});
