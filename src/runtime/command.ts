import type { ArgSpecs, CommandSpec, FlagSpecs, GroupSpec, Input } from '#cli/spec.ts';
import type { Command } from '#cli/tree.ts';
import type { Runtime } from './runtime.ts';

type Definition<A extends ArgSpecs, F extends FlagSpecs, G extends FlagSpecs> = CommandSpec<A, F> & {
  readonly args?: A;
  readonly flags?: F;
  /** Flags of the groups above, for the type of the input alone; the scanner takes them from the groups. */
  readonly inherits?: G;
  run(input: Input<A, F & G>, runtime: Runtime): Promise<void>;
};

/**
 * One verb, one file: the spec as data, and what it does. The input's type follows from the spec, so that a flag
 * that is not declared is a compile error.
 */
export function defineCommand<
  const A extends ArgSpecs = Record<never, never>,
  const F extends FlagSpecs = Record<never, never>,
  const G extends FlagSpecs = Record<never, never>,
>(definition: Definition<A, F, G>): Command<Runtime> {
  const { run, inherits: _inherits, ...spec } = definition;
  return { spec, run: run as unknown as Command<Runtime>['run'] };
}

/** A word that only holds other commands. Its flags are accepted on all of them. */
export function defineGroup<const F extends FlagSpecs = Record<never, never>>(
  spec: GroupSpec<F> & { readonly flags?: F },
): GroupSpec<F> & { readonly flags: F } {
  return { flags: {} as F, ...spec };
}
