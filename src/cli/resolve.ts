// From a scan to the input of a command: environment, defaults, types, required checks, in the original's order.
import { fail } from '#base/errors.ts';
import { argList, type Scan } from './scan/scan.ts';
import type { Dialect, FlagSpec, Input, ValueSpec } from './spec.ts';
import { parsePair, parseStrings, parseValue, splitCsv, type ValueWorld } from './values.ts';

export interface ResolveWorld extends ValueWorld {
  env(name: string): string | undefined;
}

/** Typed values of every flag in reach, by name, and which of them the user set. */
export interface Resolved {
  readonly values: Readonly<Record<string, unknown>> & { isSet(name: string): boolean };
  readonly set: Set<string>;
}

/**
 * Resolves flags. Texts given by the user are parsed first, then the environment, then defaults.
 * Throws BoxError usage with the dialect's message.
 */
export function resolveFlags(scan: Scan, world: ResolveWorld): Resolved {
  const { dialect } = scan.tool;
  const values = new Map<string, unknown>();
  const set = new Set<string>();
  for (const { name, spec, values: texts } of scan.given.values()) {
    if (texts.length > 1 && dialect === 'kingpin' && !isList(spec)) {
      throw fail('usage', `flag '${name}' cannot be repeated`);
    }
    values.set(name, parseAll(spec, texts, dialect, shownFlag(name, spec, dialect), world));
    set.add(name);
  }
  for (const [name, spec] of scan.known) {
    if (set.has(name)) continue;
    const fromEnv = spec.envar === undefined ? undefined : world.env(spec.envar);
    if (fromEnv === undefined || fromEnv === '') continue;
    values.set(name, parseAll(spec, [fromEnv], dialect, shownFlag(name, spec, dialect), world));
    set.add(name);
  }
  const fill = (name: string) => {
    const spec = scan.known.get(name);
    if (!values.has(name) && spec) values.set(name, defaultOf(spec, dialect, name, world));
    return values.get(name);
  };
  return { values: lazyValues([...scan.known.keys()], fill, (name) => set.has(name)), set };
}

/**
 * Values by name, each made when it is first asked for. A command looks at a few of the fifty flags in its reach, and
 * an object that grows key by key costs the engine a new shape for each of them.
 */
function lazyValues(
  names: readonly string[],
  value: (name: string) => unknown,
  isSet: (name: string) => boolean,
): Resolved['values'] {
  const one = (name: string | symbol) =>
    name === 'isSet' ? isSet : typeof name === 'string' ? value(name) : undefined;
  return new Proxy({} as Resolved['values'], {
    get: (_target, name) => one(name),
    has: (_target, name) => name === 'isSet' || names.includes(name as string),
    ownKeys: () => [...names],
    getOwnPropertyDescriptor: (_target, name) =>
      names.includes(name as string) ? { enumerable: true, configurable: true, value: one(name) } : undefined,
  });
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
  const own = scan.command?.spec.flags;
  const missing: string[] = [];
  for (const name in own) if (own[name]?.required && !set.has(name)) missing.push(name);
  if (missing.length > 0) throw missingFlags(missing, dialect);
  specs.forEach(([name, spec], i) => {
    // Not by `set`: a flag of the same name, such as --server, says nothing about the argument.
    if (spec.required && i >= scan.args.length) throw fail('usage', missingArg(name, dialect, scan));
  });
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
  if (dialect === 'goflag' || dialect === 'kingpin') return name;
  return spec.short ? `-${spec.short}, --${name}` : `--${name}`;
}

function parseAll(spec: ValueSpec, texts: readonly string[], dialect: Dialect, shown: string, world: ValueWorld) {
  if (spec.type === 'strings') return texts.flatMap((t) => parseStrings(t, shown));
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
