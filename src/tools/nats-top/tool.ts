import { version } from '#base/version.ts';
import type { Tool } from '#cli/tree.ts';

/** `nats-top` is one command without subcommands. */
export const tool: Tool = {
  name: 'nats-top',
  dialect: 'goflag',
  help: 'Watch the connections of NATS servers',
  flags: {},
  children: [],
  single: () => import('./nats-top.ts').then((m) => m.command),
  version,
};
