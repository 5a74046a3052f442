import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'check',
  help: 'Check servers, streams, consumers and more for a monitoring system\n\nExit status 0 is OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; with --format prometheus always 0.',
  flags: {
    format: {
      type: 'enum',
      enum: ['nagios', 'json', 'prometheus', 'text'],
      default: 'nagios',
      help: 'Form of the verdict',
    },
    namespace: { type: 'string', default: 'nats_server_check', help: 'Beginning of the names of Prometheus metrics' },
    outfile: { type: 'string', help: 'Write to this file and not to the standard output' },
  },
});
