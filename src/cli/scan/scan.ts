import type { ArgSpec, FlagSpec, FlagSpecs } from '../spec.ts';
import type { Command, Node, Tool } from '../tree.ts';

/** What a scanner may ask of the world. */
export interface ScanWorld {
  /** Text of a file named by an `@file` argument; throws when it cannot be read. */
  readText(path: string): string;
}

/** Why a command line was refused; the kind decides how it is shown, the message is fixed by the dialect. */
export interface Refusal {
  readonly kind:
    | 'unknown-flag'
    | 'unknown-short'
    | 'unknown-command'
    | 'missing-value'
    | 'unexpected-argument'
    | 'subcommand-required'
    | 'repeated'
    | 'other';
  readonly message: string;
  /** The word that was not understood, for suggestions. */
  readonly word?: string;
}

export interface GivenFlag {
  readonly name: string;
  readonly spec: FlagSpec;
  readonly values: string[];
}

/** A command line taken apart: the same shape from all three dialects. Values are still text. */
export interface Scan {
  readonly tool: Tool;
  /** Selected words, root excluded. */
  readonly path: Node[];
  readonly command: Command | undefined;
  /** All flags in reach by name: tool, groups, command. */
  readonly known: Map<string, FlagSpec>;
  readonly given: Map<string, GivenFlag>;
  readonly args: string[];
  readonly refusal?: Refusal;
  /** Words of `help X`: the caller shows help for them. */
  readonly helpFor?: readonly string[];
}

export function addFlags(known: Map<string, FlagSpec>, flags: FlagSpecs | undefined): void {
  for (const name in flags) known.set(name, flags[name] as FlagSpec);
}

export function give(given: Map<string, GivenFlag>, name: string, spec: FlagSpec, value: string): void {
  const had = given.get(name);
  if (had) had.values.push(value);
  else given.set(name, { name, spec, values: [value] });
}

export function argList(command: Command | undefined): [string, ArgSpec][] {
  return Object.entries(command?.spec.args ?? {});
}
