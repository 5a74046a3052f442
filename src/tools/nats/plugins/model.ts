// A plugin: a program that describes its commands as JSON, which become commands of this tool.
import { fail, messageOf } from '#base/errors.ts';
import { none } from '#cli/schema.ts';
import type { ArgSpec, FlagSpec, GroupSpec, Input } from '#cli/spec.ts';
import type { Command, Node } from '#cli/tree.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { globals as toolGlobals } from '../globals.ts';

/** What a program says of a flag or an argument. */
interface ValueModel {
  readonly name: string;
  readonly help?: string;
  /** The code of a character. */
  readonly short?: number;
  readonly default?: readonly string[] | null;
  readonly envar?: string;
  readonly place_holder?: string;
  readonly required?: boolean;
  readonly hidden?: boolean;
  readonly boolean?: boolean;
  readonly negatable?: boolean;
  readonly cumulative?: boolean;
}

/** A command, or the program itself. */
export interface CommandModel {
  readonly name?: string;
  readonly aliases?: readonly string[] | null;
  readonly help?: string;
  readonly help_long?: string;
  readonly hidden?: boolean;
  readonly args?: readonly ValueModel[] | null;
  readonly flags?: readonly ValueModel[] | null;
  readonly commands?: readonly CommandModel[] | null;
}

/** The file of a registered plugin. */
export interface PluginFile {
  readonly cmd: string;
  readonly def: CommandModel;
}

/** Folder of the registered plugins. */
export function pluginDir(world: { env(name: string): string | undefined; readonly home: string }): string {
  return `${world.env('XDG_DATA_HOME') || `${world.home}/.local/share`}/nats/cli/plugins`;
}

/** The description in what a program wrote. */
export function readModel(text: string, program: string): CommandModel {
  try {
    const model = JSON.parse(text) as CommandModel;
    if (model === null || typeof model !== 'object' || Array.isArray(model)) throw new Error('no JSON object');
    return model;
  } catch (error) {
    const why = text.trim() === '' ? 'unexpected end of JSON input' : messageOf(error);
    throw fail('error', `json: error calling MarshalJSON for type json.RawMessage: ${why}`, {
      hint: `"${program} --fisk-introspect" must write its commands as JSON`,
    });
  }
}

/** The top-level word of a plugin. */
export function pluginNode(name: string, { cmd, def }: PluginFile): Node {
  if (!def.help) throw new Error('plugin declared no help');
  return nodeOf({ ...def, name }, cmd, [], flagSpecs(def));
}

type Specs<T> = Readonly<Record<string, T>>;

/** `words` lead to the command in the program; `flags` are its own and those of the commands that hold it. */
function nodeOf(model: CommandModel, program: string, words: readonly string[], flags: Specs<FlagSpec>): Node {
  const name = model.name ?? '';
  const help = [model.help ?? '', model.help_long ?? ''].filter((text) => text !== '').join('\n\n');
  const base = {
    name,
    aliases: model.aliases ?? [],
    summary: (model.help ?? '').split('\n')[0] ?? '',
    hidden: model.hidden === true,
  };
  const children = model.commands ?? [];
  if (children.length === 0) {
    const own = { ...base, help, flags: ownFlags(model), args: argSpecs(model), output: none };
    const run = (input: Input, runtime: Runtime) => runPlugin(program, words, flags, own.args, input, runtime);
    const command = { spec: own, run } as unknown as Command;
    return { ...base, load: async () => command };
  }
  const group: GroupSpec = { ...base, help, flags: ownFlags(model) };
  return {
    ...base,
    group,
    children: children.map((child) =>
      nodeOf(child, program, [...words, child.name ?? ''], { ...flags, ...flagSpecs(child) }),
    ),
  };
}

function valueSpec(model: ValueModel): ArgSpec {
  return {
    type: 'string',
    help: model.help ?? '',
    ...(model.default?.[0] === undefined ? {} : { default: model.default.join(',') }),
    ...(model.place_holder ? { placeholder: model.place_holder } : {}),
    ...(model.required ? { required: true } : {}),
    ...(model.hidden ? { hidden: true } : {}),
    ...(model.cumulative ? { cumulative: true } : {}),
  };
}

/** Flags that are not global ones already: those are used as they are here. */
function ownFlags(model: CommandModel): Specs<FlagSpec> {
  return Object.fromEntries(Object.entries(flagSpecs(model)).filter(([name]) => !Object.hasOwn(toolGlobals, name)));
}

function flagSpecs({ flags }: CommandModel): Specs<FlagSpec> {
  const specs: Record<string, FlagSpec> = {};
  for (const model of flags ?? []) {
    specs[model.name] = {
      ...valueSpec(model),
      ...(model.boolean ? { type: 'bool' } : {}),
      ...(model.negatable ? { negatable: true } : {}),
      ...(model.short ? { short: String.fromCodePoint(model.short) } : {}),
      ...(model.envar ? { envar: model.envar } : {}),
    };
  }
  return specs;
}

function argSpecs({ args }: CommandModel): Specs<ArgSpec> {
  return Object.fromEntries((args ?? []).map((model) => [model.name, valueSpec(model)]));
}

/** What was given, as the program's own command line. `globals` holds global flags that were typed. */
export function pluginArgs(
  words: readonly string[],
  flags: Specs<FlagSpec>,
  args: Specs<ArgSpec>,
  input: Input,
  globals: ReadonlyMap<string, unknown>,
): string[] {
  const values = input.flags as Readonly<Record<string, unknown>>;
  const given = input.args as Readonly<Record<string, unknown>>;
  const options: string[] = [];
  for (const [name, spec] of Object.entries(flags)) {
    const isOwn = input.isSet(name as never);
    if (!isOwn && !globals.has(name)) continue;
    const value = isOwn ? values[name] : globals.get(name);
    if (spec.type === 'bool') options.push(value ? `--${name}` : `--no-${name}`);
    else for (const item of Array.isArray(value) ? value : [value]) options.push(`--${name}=${String(item)}`);
  }
  const list = (value: unknown) => (Array.isArray(value) ? value : [value]).filter((v) => v !== undefined && v !== '');
  const single = Object.keys(args).flatMap((name) => (args[name]?.cumulative ? [] : list(given[name]).map(String)));
  const rest = Object.keys(args).flatMap((name) => (args[name]?.cumulative ? list(given[name]).map(String) : []));
  // A value that looks like a flag must not become one.
  const isSafe = ![...single, ...rest].some((item) => item.startsWith('-'));
  return isSafe ? [...words, ...single, ...options, ...rest] : [...words, ...options, '--', ...single, ...rest];
}

/** Global flags that were typed. What comes from the environment reaches the program there, and no process list. */
function typedGlobals({ globals, env }: Runtime, flags: Specs<FlagSpec>): Map<string, unknown> {
  const typed = new Map<string, unknown>();
  for (const name of Object.keys(flags)) {
    const spec = (toolGlobals as Specs<FlagSpec>)[name];
    if (!spec || !globals.isSet(name)) continue;
    if (!spec.envar || env(spec.envar) !== String(globals[name])) typed.set(name, globals[name]);
  }
  return typed;
}

async function runPlugin(
  program: string,
  words: readonly string[],
  flags: Specs<FlagSpec>,
  args: Specs<ArgSpec>,
  input: Input,
  runtime: Runtime,
): Promise<void> {
  const argv = [program, ...pluginArgs(words, flags, args, input, typedGlobals(runtime, flags))];
  if (runtime.contract.plan) return runtime.show({ data: { run: argv }, text: () => `Would run ${argv.join(' ')}\n` });
  const { status } = await runtime.programs.run(argv, { inherit: true });
  if (status !== 0) throw fail('error', `exit status ${status}`);
}
