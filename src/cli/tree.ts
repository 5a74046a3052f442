export { once } from '#base/once.ts';

import type { ArgSpecs, CommandSpec, Dialect, FlagSpecs, GroupSpec, Input } from './spec.ts';

/** A command as its file exports it. The second parameter of run is the runtime; cli does not know its type. */
export interface Command<R = never> {
  readonly spec: CommandSpec;
  run(input: Input, runtime: R): Promise<void>;
}

/**
 * One word of a tool's command tree. A leaf has `load`, a group has `children`; what a leaf's flags and
 * arguments are is known after loading, so that one command costs one chunk.
 */
export interface Node {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly hidden: boolean;
  readonly group?: GroupSpec;
  readonly children?: readonly Node[];
  readonly load?: () => Promise<Command>;
}

/** What `extend` may ask: it runs before there is a runtime. */
export interface ExtendWorld {
  env(name: string): string | undefined;
  readText(path: string): string;
  kindOf(path: string): 'file' | 'dir' | 'other' | undefined;
  list(path: string): readonly string[];
  readonly home: string;
}

/** A program: name, dialect, flags accepted everywhere, commands. `single` is a tool that has no commands. */
export interface Tool {
  readonly name: string;
  readonly dialect: Dialect;
  readonly help: string;
  readonly flags: FlagSpecs;
  /** The same flags in parts. The scanner takes them from here: joining them costs more than scanning the line. */
  readonly flagSets?: readonly FlagSpecs[];
  readonly children: readonly Node[];
  readonly single?: () => Promise<Command>;
  readonly version: string;
  /** Lines for language models, shown by the LLM form of help. */
  readonly llm?: string;
  /** Further top-level words that are found at run time (plugins); asked when a word is unknown, and for the help. */
  readonly extend?: (world: ExtendWorld) => Promise<readonly Node[]>;
}

export function findChild(children: readonly Node[] | undefined, word: string): Node | undefined {
  return children?.find((n) => n.name === word) ?? children?.find((n) => n.aliases.includes(word));
}

export function isGroup(node: Node): boolean {
  return node.children !== undefined;
}

/** All leaves below a list of nodes with their full path, depth first. */
export function* leaves(children: readonly Node[], path: readonly Node[] = []): Generator<readonly Node[]> {
  for (const node of children) {
    const here = [...path, node];
    if (node.children) yield* leaves(node.children, here);
    if (node.load) yield here;
  }
}

export const noFlags: FlagSpecs = {};
export const noArgs: ArgSpecs = {};
