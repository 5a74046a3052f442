import { version } from '#base/version.ts';
import type { Tool } from '#cli/tree.ts';
import { tree } from './tree.gen.ts';

export const tool: Tool = {
  name: 'nsc',
  dialect: 'cobra',
  help: '',
  flags: {},
  children: tree,
  version,
};
