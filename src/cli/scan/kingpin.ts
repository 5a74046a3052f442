// The dialect of `nats`: long and short flags anywhere after the command they belong to, `--` ends flags,
// `@file` stands for the lines of a file, a flag value may not begin with a dash unless joined by `=`.
import type { FlagSpec, FlagSpecs } from '../spec.ts';
import { type Command, findChild, type Node, type Tool } from '../tree.ts';
import { takeGoFlags } from './goflag.ts';
import { addFlags, argList, type GivenFlag, give, type Refusal, type Scan, type ScanWorld } from './scan.ts';

type Token =
  | { type: 'long'; text: string; joined?: string }
  | { type: 'short'; text: string; joined?: string; rest?: string }
  | { type: 'word'; text: string };

interface State {
  readonly queue: string[];
  readonly world: ScanWorld;
  readonly known: Map<string, FlagSpec>;
  readonly given: Map<string, GivenFlag>;
  readonly path: Node[];
  readonly args: string[];
  children: readonly Node[] | undefined;
  command: Command | undefined;
  wordsOnly: boolean;
}

/**
 * Takes a kingpin command line apart; never throws for what the user typed, the refusal says what was wrong.
 * `builtin` are flags every kingpin tool has: --help, --version and the like.
 */
export async function scanKingpin(
  tool: Tool,
  argv: readonly string[],
  world: ScanWorld,
  builtin?: FlagSpecs,
): Promise<Scan> {
  const state: State = {
    queue: [...argv],
    world,
    known: new Map(),
    given: new Map(),
    path: [],
    args: [],
    children: tool.children,
    command: undefined,
    wordsOnly: false,
  };
  for (const flags of tool.flagSets ?? [tool.flags]) addFlags(state.known, flags);
  addFlags(state.known, builtin);
  const finish = (extra: { refusal?: Refusal; helpFor?: readonly string[] }): Scan => {
    const { path, command, known, given, args } = state;
    return { tool, path, command, known, given, args, ...extra };
  };
  for (;;) {
    const token = await next(state);
    if (token === undefined) break;
    if ('kind' in token) return finish({ refusal: token });
    if (token.type !== 'word') {
      const refusal = await takeFlag(state, token);
      if (refusal) return finish({ refusal });
      continue;
    }
    if (state.path.length === 0 && token.text === 'help' && !state.wordsOnly) {
      return finish({ helpFor: [...words(state)] });
    }
    const refusal = await takeWord(state, token.text);
    if (refusal) return finish({ refusal });
  }
  if (state.children && state.path.length > 0) {
    const full = state.path.map((n) => n.name).join(' ');
    return finish({ refusal: { kind: 'subcommand-required', message: `must select a subcommand of '${full}'` } });
  }
  return finish({});
}

/** The words left, flags skipped; used by `help stream add`. */
function* words(state: State): Generator<string> {
  for (const word of state.queue) if (!word.startsWith('-')) yield word;
}

async function next(state: State): Promise<Token | Refusal | undefined> {
  const { queue } = state;
  const arg = queue.shift();
  if (arg === undefined) return undefined;
  if (state.wordsOnly) return { type: 'word', text: arg };
  if (arg === '--') {
    state.wordsOnly = true;
    return next(state);
  }
  if (arg.startsWith('--')) {
    const at = arg.indexOf('=');
    return at < 0
      ? { type: 'long', text: arg.slice(2) }
      : { type: 'long', text: arg.slice(2, at), joined: arg.slice(at + 1) };
  }
  if (arg.length > 1 && arg.startsWith('-')) {
    const short = String.fromCodePoint(arg.codePointAt(1) as number);
    const rest = arg.slice(1 + short.length);
    const spec = byShort(state.known, short)?.[1];
    if (spec && spec.type !== 'bool') return { type: 'short', text: short, ...(rest ? { joined: rest } : {}) };
    return { type: 'short', text: short, ...(rest ? { rest } : {}) };
  }
  if (arg.startsWith('@')) {
    try {
      queue.unshift(...(await expand(state.world, arg.slice(1))));
    } catch (error) {
      return { kind: 'other', message: (error as Error).message };
    }
    return next(state);
  }
  return { type: 'word', text: arg };
}

async function expand(world: ScanWorld, path: string): Promise<string[]> {
  if (path === '') throw new Error('expected @ file to expand arguments from');
  let text: string;
  try {
    text = world.readText(path);
  } catch (error) {
    const { systemMessage } = await import('#base/system-error.ts');
    throw new Error(`failed to open arguments file "${path}": ${systemMessage(error) ?? (error as Error).message}`);
  }
  return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

export function byShort(known: ReadonlyMap<string, FlagSpec>, short: string): [string, FlagSpec] | undefined {
  let found: [string, FlagSpec] | undefined;
  // The innermost declaration wins: `reply -q` is not the global one of another command.
  for (const entry of known) if (entry[1].short === short) found = entry;
  return found;
}

async function takeFlag(state: State, token: Extract<Token, { type: 'long' | 'short' }>): Promise<Refusal | undefined> {
  const { known } = state;
  let name = token.text;
  let spec: FlagSpec | undefined;
  let inverted = false;
  if (token.type === 'long') {
    spec = known.get(name);
    if (!spec && name.startsWith('no-') && known.get(name.slice(3))?.negatable) {
      name = name.slice(3);
      spec = known.get(name);
      inverted = true;
    }
    if (!spec) return { kind: 'unknown-flag', message: `unknown long flag '--${token.text}'`, word: token.text };
  } else {
    const found = byShort(known, name);
    if (!found) return { kind: 'unknown-short', message: `unknown short flag '-${name}'`, word: name };
    [name, spec] = found;
    if (token.rest) state.queue.unshift('-' + token.rest);
  }
  if (spec.type === 'bool') {
    // The original keeps the flag true and makes the value an argument; no working script can rely on that.
    const text = token.joined ?? 'true';
    // Anything else was never a yes: it must not be taken for one by --force.
    if (!/^(true|t|1|yes|false|f|0|no)$/i.test(text))
      return { kind: 'unexpected-argument', message: `unexpected argument ${text}`, word: text };
    give(state.given, name, spec, String(!/^(false|f|0|no)$/i.test(text) !== inverted));
    return undefined;
  }
  let value = token.joined;
  if (value === undefined) {
    const following = state.queue[0];
    if (following === undefined || (following.length > 1 && following.startsWith('-') && !state.wordsOnly)) {
      const shown = token.type === 'long' ? `--${token.text}` : `-${token.text}`;
      return { kind: 'missing-value', message: `expected argument for flag '${shown}'` };
    }
    const word = await next(state);
    if (word === undefined || 'kind' in word) return (word as Refusal | undefined) ?? missing(token);
    value = word.text;
  }
  give(state.given, name, spec, value);
  return undefined;
}

function missing(token: { type: string; text: string }): Refusal {
  return {
    kind: 'missing-value',
    message: `expected argument for flag '${token.type === 'long' ? '--' : '-'}${token.text}'`,
  };
}

function takeRestAsGo(state: State): Refusal | undefined {
  const taken = takeGoFlags(state.queue.splice(0), state.known, state.given);
  if (!Array.isArray(taken)) return taken;
  const [extra] = taken;
  if (extra === undefined) return undefined;
  return { kind: 'unexpected-argument', message: `unexpected argument ${extra}`, word: extra };
}

async function takeWord(state: State, text: string): Promise<Refusal | undefined> {
  if (state.children) {
    // The original loses a lone dash, so that its alias `-` of `context previous` was never of use to a script.
    if (text === '-') return { kind: 'unknown-command', message: 'expected command but got ""' };
    const node = findChild(state.children, text);
    if (!node) {
      return { kind: 'unknown-command', message: `expected command but got "${text}"`, word: text };
    }
    state.path.push(node);
    addFlags(state.known, node.group?.flags);
    state.children = node.children;
    if (node.load) {
      state.command = await node.load();
      addFlags(state.known, state.command.spec.flags);
      if (state.command.spec.goflags) return takeRestAsGo(state);
    }
    return undefined;
  }
  const specs = argList(state.command);
  const last = specs.at(-1)?.[1];
  if (state.args.length >= specs.length && !last?.cumulative) {
    return { kind: 'unexpected-argument', message: `unexpected argument ${text}`, word: text };
  }
  const spec = specs[Math.min(state.args.length, specs.length - 1)]?.[1];
  state.args.push(text === '-' && spec?.emptyDash && !state.wordsOnly ? '' : text);
  return undefined;
}
