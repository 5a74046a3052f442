// The plugins that were registered, as commands.
import { messageOf } from '#base/errors.ts';
import type { ExtendWorld, Node } from '#cli/tree.ts';
import { type PluginFile, pluginDir, pluginNode } from './model.ts';

/** Words that are no built-in ones. A file that cannot be read leaves its word out, and says why when it is asked for. */
export async function findPlugins(world: ExtendWorld, taken: readonly Node[]): Promise<readonly Node[]> {
  const dir = pluginDir(world);
  if (world.kindOf(dir) !== 'dir') return [];
  const used = new Set(taken.flatMap((node) => [node.name, ...node.aliases]));
  const nodes: Node[] = [];
  for (const file of [...world.list(dir)].sort()) {
    const name = file.endsWith('.json') ? file.slice(0, -5) : '';
    if (name === '' || used.has(name) || world.kindOf(`${dir}/${file}`) !== 'file') continue;
    try {
      nodes.push(pluginNode(name, JSON.parse(world.readText(`${dir}/${file}`)) as PluginFile));
    } catch (error) {
      nodes.push(brokenNode(name, `Invalid plugin ${file}: ${messageOf(error)}`));
    }
  }
  return nodes;
}

function brokenNode(name: string, message: string): Node {
  return {
    ...{ name, aliases: [], summary: '', hidden: true },
    load: async () => {
      const { fail } = await import('#base/errors.ts');
      throw fail('error', message, { hint: `nats plugins register ${name} PROGRAM --force writes it anew` });
    },
  };
}
