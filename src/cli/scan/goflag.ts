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
  const refuse = (refusal: Refusal): Scan => ({ ...base, args: [], refusal });
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
      return refuse({ kind: 'other', message: `bad flag syntax: ${arg}` });
    }
    const spec = known.get(name) ?? known.get('-' + name);
    if (!spec) {
      return refuse({
        kind: 'unknown-flag',
        message: `flag provided but not defined: -${name}`,
        word: name,
      });
    }
    let value = at < 0 ? undefined : bare.slice(at + 1);
    if (spec.type === 'bool') value ??= 'true';
    else if (value === undefined) {
      value = argv[++i];
      if (value === undefined) return refuse({ kind: 'missing-value', message: `flag needs an argument: -${name}` });
    }
    given.delete(name);
    give(given, name, spec, value);
  }
  return { ...base, args: argv.slice(i) };
}
