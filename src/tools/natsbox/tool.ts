import { version } from '#base/version.ts';
import type { Tool } from '#cli/tree.ts';
import { tree } from './tree.gen.ts';

export const tool: Tool = {
  name: 'natsbox',
  dialect: 'kingpin',
  help: 'The NATS toolbox: nats, nsc, nk and nats-top in one program, with a server built in\n\nCall the tools by their own names, or as "natsbox nats ...", "natsbox nsc ...", "natsbox nk ...", "natsbox nats-top ...".',
  flags: {},
  children: tree,
  version,
};
