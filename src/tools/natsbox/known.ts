import { fail } from '#base/errors.ts';
import type { Tool } from '#cli/tree.ts';
// The box stands above its tools: it is the one folder that may reach the table of them.
import { isToolName, toolNames } from '../../tool-names.ts';
import { tools } from '../../tools.ts';

/** A tool by its name; throws usage for a word that is none. */
export async function toolByName(name: string): Promise<Tool> {
  if (!isToolName(name)) throw fail('usage', `"${name}" is no tool`, { hint: `tools are ${toolNames.join(', ')}` });
  return (await tools[name]()).tool;
}
