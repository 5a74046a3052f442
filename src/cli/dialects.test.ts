// The three dialects side by side: what each makes of the same kind of line (see docs/compatibility.md for the
// originals' reasons).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveArgs, resolveFlags } from './resolve.ts';
import { scanCobra } from './scan/cobra.ts';
import { scanGoflag } from './scan/goflag.ts';
import { scanKingpin } from './scan/kingpin.ts';
import type { Scan } from './scan/scan.ts';
import { none } from './schema.ts';
import type { FlagSpecs } from './spec.ts';
import type { Command, Node, Tool } from './tree.ts';

const flags = {
  count: { type: 'int', short: 'c', help: 'h' },
  header: { type: 'string', short: 'H', cumulative: true, help: 'h' },
  ack: { type: 'bool', negatable: true, help: 'h' },
  quiet: { type: 'bool', short: 'q', help: 'h' },
  raw: { type: 'bool', short: 'r', help: 'h' },
  name: { type: 'string', short: 'n', help: 'h' },
} as const satisfies FlagSpecs;

const command: Command = {
  spec: {
    name: 'put',
    help: 'h',
    output: none,
    flags,
    args: { server: { type: 'string', required: true, help: 'h' }, body: { type: 'string', help: 'h' } },
  },
  run: async () => undefined,
};
const leaf: Node = { name: 'put', aliases: ['p'], summary: 'h', hidden: false, load: async () => command };
const group: Node = { name: 'kv', aliases: [], summary: 'h', hidden: false, children: [leaf] };
const tool: Omit<Tool, 'dialect'> = {
  name: 't',
  help: 'h',
  version: '1',
  flags: { server: { type: 'string', short: 's', envar: 'SERVER', help: 'h' } },
  children: [group],
};
const files: Readonly<Record<string, string>> = { lines: 'one\n# no\n\ntwo\n' };
const world = {
  env: (name: string) => (name === 'SERVER' ? 'from-env' : undefined),
  kindOf: () => undefined,
  readText: (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error('no such file');
    return text;
  },
};

/** What a line comes to, in one line: flags that were given, then arguments; or why it was refused. */
async function outcome(scan: Scan): Promise<string> {
  if (scan.refusal) return `${scan.refusal.kind}: ${scan.refusal.message}`;
  try {
    const resolved = resolveFlags(scan, world);
    const { args } = resolveArgs(scan, resolved, world);
    const shown = [...scan.given.keys()].map((name) => `${name}=${String(resolved.values[name])}`);
    return [...shown, '|', ...Object.values(args).filter((v) => v !== undefined)].join(' ');
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
}

const lines: readonly (readonly [string, string])[] = [
  ['kv put a b', '| a b'],
  ['kv p a', '| a'],
  ['kv put', "refused: required argument 'server' not provided"],
  ['--server x kv put', "refused: required argument 'server' not provided"],
  ['kv put a --count 2 b', 'count=2 | a b'],
  ['kv put a --count=2 --count=3', "refused: flag 'count' cannot be repeated"],
  ['kv put a -c2', 'count=2 | a'],
  ['kv put a -c=2', 'refused: strconv.ParseFloat: parsing "=2": invalid syntax'],
  ['kv put a -qr', 'quiet=true raw=true | a'],
  ['kv put a --quiet=false', 'quiet=false | a'],
  ['kv put a --no-ack', 'ack=false | a'],
  ['kv put a --no-quiet', "unknown-flag: unknown long flag '--no-quiet'"],
  ['kv put a --coun 2', "unknown-flag: unknown long flag '--coun'"],
  ['kv put a -x', "unknown-short: unknown short flag '-x'"],
  ['kv put a --name -x', "missing-value: expected argument for flag '--name'"],
  ['kv put a --name=-x', 'name=-x | a'],
  ['kv put a --name', "missing-value: expected argument for flag '--name'"],
  ['kv put a -H x -H y', 'header=x,y | a'],
  ['kv --count 2 put a', "unknown-flag: unknown long flag '--count'"],
  ['-s x kv put a -s y', "refused: flag 'server' cannot be repeated"],
  ['kv put -- a -x', '| a -x'],
  ['kv put @lines', '| one two'],
  ['kv put @none', 'other: failed to open arguments file "none": no such file'],
  ['kv put a b c', 'unexpected-argument: unexpected argument c'],
  ['kv', "subcommand-required: must select a subcommand of 'kv'"],
  ['kv pot', 'unknown-command: expected command but got "pot"'],
  ['nope', 'unknown-command: expected command but got "nope"'],
];
for (const [line, wanted] of lines) {
  test(`kingpin: ${line}`, async () => {
    assert.equal(await outcome(await scanKingpin({ ...tool, dialect: 'kingpin' }, line.split(' '), world)), wanted);
  });
}

const cobra: readonly (readonly [string, string])[] = [
  ['kv put a b', '| a b'],
  ['kv put', 'refused: requires at least 1 arg(s), only received 0'],
  ['--count 2 kv put a', 'count=2 | a'],
  ['kv put a --count 2 --count 3', 'count=3 | a'],
  ['kv put a -c2', 'count=2 | a'],
  ['kv put a -c=2', 'count=2 | a'],
  ['kv put a -qr', 'quiet=true raw=true | a'],
  ['kv put a --quiet=false', 'quiet=false | a'],
  ['kv put a --no-ack', 'unknown-flag: unknown flag: --no-ack'],
  ['kv put a --coun 2', 'unknown-flag: unknown flag: --coun'],
  ['kv put a -x', "unknown-short: unknown shorthand flag: 'x' in -x"],
  ['kv put a --name -x', 'name=-x | a'],
  ['kv put a --name', 'missing-value: flag needs an argument: --name'],
  ['kv put -- a -x', '| a -x'],
  ['kv put @lines', '| @lines'],
  ['kv put a b c', 'unexpected-argument: accepts at most 2 arg(s), received 3'],
  ['nope', 'unknown-command: unknown command "nope" for "t"'],
];
for (const [line, wanted] of cobra) {
  test(`cobra: ${line}`, async () => {
    assert.equal(await outcome(await scanCobra({ ...tool, dialect: 'cobra' }, line.split(' '))), wanted);
  });
}

const goflag: readonly (readonly [string, string])[] = [
  ['-count 2 a', 'count=2 | a'],
  ['--count=2 a', 'count=2 | a'],
  ['-count 2 -count 3 a', 'count=3 | a'],
  ['-quiet=false a', 'quiet=false | a'],
  ['a -count 2', '| a -count'],
  ['-qr a', 'unknown-flag: flag provided but not defined: -qr'],
  ['-name -x a', 'name=-x | a'],
  ['-name', 'missing-value: flag needs an argument: -name'],
  ['-nope a', 'unknown-flag: flag provided but not defined: -nope'],
  ['---x a', 'other: bad flag syntax: ---x'],
  ['-- -count', '| -count'],
];
for (const [line, wanted] of goflag) {
  test(`goflag: ${line}`, async () => {
    const single = { ...tool, dialect: 'goflag' as const, children: [], single: async () => command };
    assert.equal(await outcome(await scanGoflag(single, line.split(' '))), wanted);
  });
}
