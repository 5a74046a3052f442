import { version } from '#base/version.ts';
import type { Tool } from '#cli/tree.ts';
import { globals } from './globals.ts';
import { tree } from './tree.gen.ts';

export const tool: Tool = {
  name: 'nats',
  dialect: 'kingpin',
  help: 'Work with NATS: messages, JetStream, key-value and object buckets, services, servers\n\n"nats cheat" shows examples by topic; "natsbox server" starts a server to try them on.',
  flags: { ...globals, 'connection-name': { ...globals['connection-name'], default: `NATS CLI Version ${version}` } },
  children: tree,
  version,
  extend: async (world) => (await import('./plugins/find.ts')).findPlugins(world, tree),
  llm: [
    'Every command gives data: --as json, ndjson, csv, tsv, yaml or md; --fields and --jq cut it down.',
    '--strict makes the exit status tell the cause of a failure; errors are JSON on stderr under --as json.',
    'No command asks anything without a terminal; --plan shows what a write would change.',
    'Tags: scope:user needs an ordinary login, scope:system the system account, scope:local no server; impact:ro reads, impact:rw changes.',
  ].join('\n'),
};
