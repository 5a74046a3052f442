import { version } from '#base/version.ts';
import type { Tool } from '#cli/tree.ts';

/** `nk` is one command without subcommands. */
export const tool: Tool = {
  name: 'nk',
  dialect: 'goflag',
  help: 'Make nkeys, sign and verify with them',
  flags: {},
  children: [],
  single: () => import('./nk.ts').then((m) => m.command),
  version,
};
