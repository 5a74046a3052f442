import { fail } from '#base/errors.ts';
import type { Tool } from '#cli/tree.ts';
// The box stands above its tools: it is the one folder that may reach the table of them.
import { tools } from '../../tools.ts';

export const toolNames = Object.keys(tools);

/** A tool by its name; throws usage for a word that is none. */
export async function toolByName(name: string): Promise<Tool> {
  const load = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (!load) throw fail('usage', `"${name}" is no tool`, { hint: `tools are ${toolNames.join(', ')}` });
  return (await load()).tool;
}
