// The dialect of `nsc` (cobra with pflag): flags of a leaf may stand before the command, shorts may be grouped,
// `--flag=value`, the last of repeated scalars wins, values may begin with a dash.
import type { FlagSpec } from '../spec.ts';
import { findChild, leaves, type Node, type Tool } from '../tree.ts';
import { addFlags, argList, type GivenFlag, give, type Refusal, type Scan } from './scan.ts';

/** Takes a cobra command line apart. */
export async function scanCobra(tool: Tool, argv: readonly string[]): Promise<Scan> {
  const all = new Map<string, FlagSpec>();
  addFlags(all, tool.flags);
  const { path, rest, unknown } = findCommand(tool, argv, all);
  const known = new Map<string, FlagSpec>();
  addFlags(known, tool.flags);
  for (const node of path) addFlags(known, node.group?.flags);
  const leaf = path.at(-1);
  const command = leaf?.load ? await leaf.load() : undefined;
  addFlags(known, command?.spec.flags);
  const given = new Map<string, GivenFlag>();
  const args: string[] = [];
  const done = (refusal?: Refusal): Scan => ({
    tool,
    path,
    command,
    known,
    given,
    args,
    ...(refusal ? { refusal } : {}),
  });
  const refusal = takeAll(rest, known, given, args);
  if (refusal) return done(refusal);
  if (path[0]?.name === 'help') return { ...done(), helpFor: args };
  if (path.length === 0 && args[0] === 'help') return { ...done(), helpFor: args.slice(1) };
  if (!command && unknown !== undefined && !given.has('help')) {
    const parent = [tool.name, ...path.map((n) => n.name)].join(' ');
    return done({ kind: 'unknown-command', message: `unknown command "${unknown}" for "${parent}"`, word: unknown });
  }
  const specs = argList(command);
  if (command && args.length > specs.length && !specs.at(-1)?.[1].cumulative) {
    const allRequired = specs.length > 0 && specs.every(([, spec]) => spec.required);
    const limit = `${allRequired ? '' : 'at most '}${specs.length}`;
    return done({ kind: 'unexpected-argument', message: `accepts ${limit} arg(s), received ${args.length}` });
  }
  return done();
}

/** cobra looks for command words first, skipping flags and their values as far as the root's flags tell. */
function findCommand(tool: Tool, argv: readonly string[], all: Map<string, FlagSpec>) {
  const path: Node[] = [];
  const rest: string[] = [];
  let children: readonly Node[] | undefined = tool.children;
  let unknown: string | undefined;
  let i = 0;
  for (; i < argv.length; i++) {
    const arg = argv[i] as string;
    if (arg === '--') break;
    if (arg.startsWith('-') && arg.length > 1) {
      rest.push(arg);
      if (takesNext(arg, all, tool, children, argv[i + 1])) rest.push(argv[++i] as string);
      continue;
    }
    const node: Node | undefined = unknown === undefined ? findChild(children, arg) : undefined;
    if (!node) {
      if (children) unknown ??= arg;
      rest.push(arg);
      if (!children) {
        rest.push(...argv.slice(i + 1));
        i = argv.length;
      }
      continue;
    }
    path.push(node);
    addFlags(all, node.group?.flags);
    children = node.children;
  }
  rest.push(...argv.slice(i));
  return { path, rest, unknown };
}

/**
 * Whether the word after a flag is its value while the command is still being looked for: unknown flags take one
 * unless the next word is a command of the level reached.
 */
function takesNext(
  arg: string,
  all: Map<string, FlagSpec>,
  tool: Tool,
  children: readonly Node[] | undefined,
  following: string | undefined,
): boolean {
  if (arg.includes('=') || following === undefined || following.startsWith('-')) return false;
  const spec = arg.startsWith('--') ? all.get(arg.slice(2)) : shortOf(all, arg.at(-1) as string)?.[1];
  if (spec) return spec.type !== 'bool' && spec.noValueDefault === undefined;
  if (!children) return false;
  const isWord = findChild(children, following) !== undefined;
  return !isWord && [...leaves(tool.children)].length > 0;
}

function shortOf(known: ReadonlyMap<string, FlagSpec>, short: string): [string, FlagSpec] | undefined {
  let found: [string, FlagSpec] | undefined;
  for (const entry of known) if (entry[1].short === short) found = entry;
  return found;
}

function takeAll(
  rest: readonly string[],
  known: ReadonlyMap<string, FlagSpec>,
  given: Map<string, GivenFlag>,
  args: string[],
): Refusal | undefined {
  for (let i = 0; i < rest.length; i++) {
    const arg = rest[i] as string;
    if (arg === '--') {
      args.push(...rest.slice(i + 1));
      return undefined;
    }
    if (!arg.startsWith('-') || arg === '-') {
      args.push(arg);
      continue;
    }
    const used = arg.startsWith('--')
      ? takeLong(arg, rest[i + 1], known, given)
      : takeShorts(arg, rest[i + 1], known, given);
    if (typeof used !== 'number') return used;
    i += used;
  }
  return undefined;
}

function set(given: Map<string, GivenFlag>, name: string, spec: FlagSpec, value: string): void {
  if (!spec.cumulative && spec.type !== 'strings' && spec.type !== 'time-ranges') given.delete(name);
  give(given, name, spec, value);
}

/** Returns how many following words were used, or why not. */
function takeLong(
  arg: string,
  following: string | undefined,
  known: ReadonlyMap<string, FlagSpec>,
  given: Map<string, GivenFlag>,
): number | Refusal {
  const at = arg.indexOf('=');
  const name = at < 0 ? arg.slice(2) : arg.slice(2, at);
  const spec = known.get(name);
  if (!spec) return { kind: 'unknown-flag', message: `unknown flag: --${name}`, word: name };
  if (at >= 0) {
    set(given, name, spec, arg.slice(at + 1));
    return 0;
  }
  if (spec.type === 'bool') {
    set(given, name, spec, 'true');
    return 0;
  }
  if (spec.noValueDefault !== undefined) {
    set(given, name, spec, spec.noValueDefault);
    return 0;
  }
  if (following === undefined) return { kind: 'missing-value', message: `flag needs an argument: --${name}` };
  set(given, name, spec, following);
  return 1;
}

function takeShorts(
  arg: string,
  following: string | undefined,
  known: ReadonlyMap<string, FlagSpec>,
  given: Map<string, GivenFlag>,
): number | Refusal {
  let letters = arg.slice(1);
  while (letters !== '') {
    const letter = letters[0] as string;
    const found = shortOf(known, letter);
    if (!found) {
      return { kind: 'unknown-short', message: `unknown shorthand flag: '${letter}' in ${arg}`, word: letter };
    }
    const [name, spec] = found;
    const tail = letters.slice(1);
    if (tail.startsWith('=')) {
      set(given, name, spec, tail.slice(1));
      return 0;
    }
    if (spec.type === 'bool' || spec.noValueDefault !== undefined) {
      set(given, name, spec, spec.type === 'bool' ? 'true' : (spec.noValueDefault as string));
      letters = tail;
      continue;
    }
    if (tail !== '') {
      set(given, name, spec, tail);
      return 0;
    }
    if (following === undefined) {
      return { kind: 'missing-value', message: `flag needs an argument: '${letter}' in ${arg}` };
    }
    set(given, name, spec, following);
    return 1;
  }
  return 0;
}
