import type { Tool } from '#cli/tree.ts';
import type { ToolName } from './tool-names.ts';

/** Every program the box can be called as. Each is a chunk of its own. */
export const tools: Readonly<Record<ToolName, () => Promise<{ tool: Tool }>>> = {
  nats: () => import('#tools/nats/tool.ts'),
  nsc: () => import('#tools/nsc/tool.ts'),
  nk: () => import('#tools/nk/tool.ts'),
  'nats-top': () => import('#tools/nats-top/tool.ts'),
  natsbox: () => import('#tools/natsbox/tool.ts'),
};
