/** The names the box can be called by. Apart from tools.ts, so that the door loads no more than this. */
export const toolNames = ['nats', 'nsc', 'nk', 'nats-top', 'natsbox'] as const;

export type ToolName = (typeof toolNames)[number];

export function isToolName(name: string | undefined): name is ToolName {
  return (toolNames as readonly (string | undefined)[]).includes(name);
}
