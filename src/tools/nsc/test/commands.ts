// The command tree with the flags of each command, for the documents about it.
import type { FlagSpec } from '#cli/spec.ts';
import { leaves, type Node } from '#cli/tree.ts';

/** A command that runs: its words, and the flags it takes by name, those of the groups above included. */
export interface CommandFlags {
  readonly name: string;
  readonly path: readonly Node[];
  readonly flags: ReadonlyMap<string, FlagSpec>;
}

/** Every command of nsc, hidden ones too, sorted by its words. */
export async function allCommands(): Promise<CommandFlags[]> {
  const { tool } = await import('../tool.ts');
  const found: CommandFlags[] = [];
  for (const path of leaves(tool.children)) {
    const flags = new Map<string, FlagSpec>(Object.entries(tool.flags));
    for (const node of path) for (const entry of Object.entries(node.group?.flags ?? {})) flags.set(...entry);
    const command = await path.at(-1)?.load?.();
    for (const entry of Object.entries(command?.spec.flags ?? {})) flags.set(...entry);
    found.push({ name: ['nsc', ...path.map((n) => n.name)].join(' '), path, flags });
  }
  return found;
}
