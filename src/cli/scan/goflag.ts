// The dialect of `nk` and `nats-top` (Go's flag package): one dash or two, `-x=v` or `-x v`, booleans take only
// `=`, scanning stops at the first word that is no flag, the last of repeated flags wins.
import type { FlagSpec } from '../spec.ts';
import type { Tool } from '../tree.ts';
import { addFlags, type GivenFlag, give, type Refusal, type Scan } from './scan.ts';

/** Takes a Go-flag command line apart. Words after the flags are kept as args; the tools ignore them. */
export async function scanGoflag(tool: Tool, argv: readonly string[]): Promise<Scan> {
  const command = await tool.single?.();
  const known = new Map<string, FlagSpec>();
  addFlags(known, tool.flags);
  addFlags(known, command?.spec.flags);
  const given = new Map<string, GivenFlag>();
  const base = { tool, path: [], command, known, given };
  const taken = takeGoFlags(argv, known, given);
  return Array.isArray(taken) ? { ...base, args: taken } : { ...base, args: [], refusal: taken };
}

/** Takes flags into `given` until the first word; returns the words left, or why a flag was refused. */
export function takeGoFlags(
  argv: readonly string[],
  known: ReadonlyMap<string, FlagSpec>,
  given: Map<string, GivenFlag>,
): string[] | Refusal {
  let i = 0;
  for (; i < argv.length; i++) {
    const arg = argv[i] as string;
    if (!arg.startsWith('-') || arg === '-') break;
    if (arg === '--') {
      i++;
      break;
    }
    const bare = arg.startsWith('--') ? arg.slice(2) : arg.slice(1);
    const at = bare.indexOf('=');
    const name = at < 0 ? bare : bare.slice(0, at);
    if (name === '' || name.startsWith('-')) {
      return { kind: 'other', message: `bad flag syntax: ${arg}` };
    }
    const spec = known.get(name) ?? byLetter(known, name);
    const found = known.has(name) ? name : nameOf(known, spec);
    if (!spec || found === undefined) {
      return { kind: 'unknown-flag', message: `flag provided but not defined: -${name}`, word: name };
    }
    let value = at < 0 ? undefined : bare.slice(at + 1);
    if (spec.type === 'bool') value ??= 'true';
    else if (value === undefined) {
      value = argv[++i];
      if (value === undefined) return { kind: 'missing-value', message: `flag needs an argument: -${name}` };
    }
    given.delete(found);
    give(given, found, spec, value);
  }
  return argv.slice(i);
}

function byLetter(known: ReadonlyMap<string, FlagSpec>, letter: string): FlagSpec | undefined {
  return [...known.values()].find((s) => s.short === letter);
}

function nameOf(known: ReadonlyMap<string, FlagSpec>, spec: FlagSpec | undefined): string | undefined {
  for (const [name, s] of known) if (s === spec) return name;
  return undefined;
}
