import { version } from '#base/version.ts';
import type { Tool } from '#cli/tree.ts';
import { tree } from './tree.gen.ts';

export const tool: Tool = {
  name: 'nats-top',
  dialect: 'goflag',
  help: '',
  flags: {},
  children: tree,
  version,
};
