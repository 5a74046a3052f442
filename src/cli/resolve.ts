// From a scan to the input of a command: environment, defaults, types, required checks, in the original's order.
import { fail } from '#base/errors.ts';
import { argList, type Scan } from './scan/scan.ts';
import type { Dialect, FlagSpec, Input, ValueSpec } from './spec.ts';
import { parsePair, parseValue, splitCsv, type ValueWorld } from './values.ts';

export interface ResolveWorld extends ValueWorld {
  env(name: string): string | undefined;
}

/** Typed values of every flag in reach, by name, and which of them the user set. */
export interface Resolved {
  readonly values: Record<string, unknown>;
  readonly set: Set<string>;
}

/**
 * Resolves flags. Texts given by the user are parsed first, then the environment, then defaults.
 * Throws BoxError usage with the dialect's message.
 */
export function resolveFlags(scan: Scan, world: ResolveWorld): Resolved {
  const { dialect } = scan.tool;
  const values: Record<string, unknown> = {};
  const set = new Set<string>();
  for (const { name, spec, values: texts } of scan.given.values()) {
    if (texts.length > 1 && dialect === 'kingpin' && !isList(spec)) {
      throw fail('usage', `flag '${name}' cannot be repeated`);
    }
    values[name] = parseAll(spec, texts, dialect, shownFlag(name, spec, dialect), world);
    set.add(name);
  }
  for (const [name, spec] of scan.known) {
    if (set.has(name)) continue;
    const fromEnv = spec.envar === undefined ? undefined : world.env(spec.envar);
    if (fromEnv !== undefined && fromEnv !== '') {
      values[name] = parseAll(spec, [fromEnv], dialect, shownFlag(name, spec, dialect), world);
      set.add(name);
    } else {
      values[name] = defaultOf(spec, dialect, name, world);
    }
  }
  return { values, set };
}

/** Resolves arguments and checks what is required. */
export function resolveArgs(scan: Scan, flags: Resolved, world: ResolveWorld): Input {
  const { dialect } = scan.tool;
  const args: Record<string, unknown> = {};
  const set = new Set(flags.set);
  const specs = argList(scan.command);
  specs.forEach(([name, spec], i) => {
    const texts = spec.cumulative ? scan.args.slice(i) : scan.args.slice(i, i + 1);
    if (texts.length === 0) {
      args[name] = defaultOf(spec, dialect, name, world);
      return;
    }
    args[name] = parseAll(spec, texts, dialect, name, world);
    set.add(name);
  });
  const missing = Object.entries(scan.command?.spec.flags ?? {}).filter(([n, s]) => s.required && !set.has(n));
  if (missing.length > 0)
    throw missingFlags(
      missing.map(([n]) => n),
      dialect,
    );
  for (const [name, spec] of specs) {
    if (spec.required && !set.has(name)) throw fail('usage', missingArg(name, dialect, scan));
  }
  return {
    args: args as Input['args'],
    flags: flags.values as Input['flags'],
    isSet: (name) => set.has(name),
    path: scan.path.map((n) => n.name),
  };
}

function missingFlags(names: string[], dialect: Dialect) {
  if (dialect === 'cobra') return fail('usage', `required flag(s) ${names.map((n) => `"${n}"`).join(', ')} not set`);
  const shown = names.map((n) => `--${n}`).join(', ');
  return fail('usage', `required flag${names.length > 1 ? 's' : ''} ${shown} not provided`);
}

function missingArg(name: string, dialect: Dialect, scan: Scan): string {
  if (dialect !== 'cobra') return `required argument '${name}' not provided`;
  const specs = argList(scan.command);
  const wanted = specs.filter(([, s]) => s.required).length;
  if (specs.length > wanted) return `requires at least ${wanted} arg(s), only received ${scan.args.length}`;
  return `accepts ${wanted} arg(s), received ${scan.args.length}`;
}

function isList(spec: ValueSpec): boolean {
  return (
    spec.cumulative === true || spec.type === 'strings' || spec.type === 'time-ranges' || spec.type === 'key=value'
  );
}

function shownFlag(name: string, spec: FlagSpec, dialect: Dialect): string {
  if (dialect === 'goflag') return name;
  return spec.short ? `-${spec.short}, --${name}` : `--${name}`;
}

function parseAll(spec: ValueSpec, texts: readonly string[], dialect: Dialect, shown: string, world: ValueWorld) {
  if (spec.type === 'strings') return texts.flatMap(splitCsv);
  if (spec.type === 'time-ranges') return texts;
  if (spec.type === 'key=value') return new Map(texts.map(parsePair));
  if (spec.cumulative) return texts.map((t) => parseValue(spec, t, dialect, shown, world));
  return parseValue(spec, texts.at(-1) as string, dialect, shown, world);
}

function defaultOf(spec: ValueSpec, dialect: Dialect, name: string, world: ValueWorld): unknown {
  if (spec.type === 'key=value') return new Map();
  // The original writes the empty list of ranges as `[]`.
  if (spec.type === 'time-ranges') return [];
  if (spec.default !== undefined) {
    if (spec.type === 'strings') return splitCsv(spec.default);
    const value = parseValue(spec, spec.default, dialect, name, world);
    return spec.cumulative ? [value] : value;
  }
  if (isList(spec)) return [];
  return spec.type === 'bool' ? false : undefined;
}
