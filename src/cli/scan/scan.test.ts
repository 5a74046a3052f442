import assert from 'node:assert/strict';
import { test } from 'node:test';
import { none } from '../schema.ts';
import type { ArgSpecs, Dialect, FlagSpecs } from '../spec.ts';
import type { Command, Node, Tool } from '../tree.ts';
import { scanCobra } from './cobra.ts';
import { scanGoflag } from './goflag.ts';
import { scanKingpin } from './kingpin.ts';
import type { Scan } from './scan.ts';

const leafFlags: FlagSpecs = {
  count: { type: 'int', help: '' },
  header: { type: 'string', short: 'H', cumulative: true, help: '' },
  quiet: { type: 'bool', short: 'q', help: '' },
  raw: { type: 'bool', short: 'r', help: '' },
  ack: { type: 'bool', negatable: true, help: '' },
  resp: { type: 'int', noValueDefault: '1', help: '' },
};
const leafArgs: ArgSpecs = {
  subject: { type: 'string', required: true, help: '' },
  body: { type: 'string', emptyDash: true, help: '' },
};

function leaf(name: string, args: ArgSpecs = leafArgs): Node {
  const command = { spec: { name, help: '', args, flags: leafFlags, output: none }, run: async () => undefined };
  return {
    name,
    aliases: name === 'publish' ? ['pub'] : [],
    summary: '',
    hidden: false,
    load: async () => command as Command,
  };
}

function tool(dialect: Dialect): Tool {
  const group: Node = {
    name: 'stream',
    aliases: ['s'],
    summary: '',
    hidden: false,
    group: { name: 'stream', help: '', flags: { all: { type: 'bool', short: 'a', help: '' } } },
    children: [leaf('add')],
  };
  return {
    name: 'tool',
    dialect,
    help: '',
    flags: { server: { type: 'string', short: 's', help: '' }, trace: { type: 'bool', help: '' } },
    children: [leaf('publish'), group],
    version: '1',
    ...(dialect === 'goflag' ? { single: async () => (await leaf('tool').load?.()) as Command } : {}),
  };
}

const world = {
  readText(path: string): string {
    if (path === 'words') return '# comment\n\nsubject-from-file\n--count\n3\n';
    throw Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open', path });
  },
};

function brief(scan: Scan): string {
  if (scan.refusal) return `${scan.refusal.kind}: ${scan.refusal.message}`;
  const flags = [...scan.given.values()].map((f) => `${f.name}=${f.values.join('|')}`).join(' ');
  return `${scan.path.map((n) => n.name).join(' ')} [${scan.args.join(',')}] ${flags}`.trim();
}

const kingpin: [string, string][] = [
  ['pub a b', 'publish [a,b]'],
  ['publish a --count 2 b', 'publish [a,b] count=2'],
  ['publish a b --count=2', 'publish [a,b] count=2'],
  ['--server x publish a', 'publish [a] server=x'],
  ['publish a --server x', 'publish [a] server=x'],
  ['-sx publish a', 'publish [a] server=x'],
  ['-s=x publish a', 'publish [a] server==x'],
  ['--count 2 publish a', "unknown-flag: unknown long flag '--count'"],
  ['publish -qr a', 'publish [a] quiet=true raw=true'],
  ['publish -qH k:v a', 'publish [a] quiet=true header=k:v'],
  ['publish -H a:b -Hc:d x', 'publish [x] header=a:b|c:d'],
  ['publish a --no-ack', 'publish [a] ack=false'],
  ['publish a --no-quiet', "unknown-flag: unknown long flag '--no-quiet'"],
  ['publish a --quiet=false', 'publish [a] quiet=false'],
  ['publish a --quiet=YES', 'publish [a] quiet=true'],
  ['publish a --quiet=maybe', 'unexpected-argument: unexpected argument maybe'],
  ['publish a --count -1', "missing-value: expected argument for flag '--count'"],
  ['publish a --count=-1', 'publish [a] count=-1'],
  ['publish a --count', "missing-value: expected argument for flag '--count'"],
  ['publish a b c', 'unexpected-argument: unexpected argument c'],
  ['publish a -- --count', 'publish [a,--count]'],
  ['publish -- -- a', 'publish [--,a]'],
  ['publish -x a', "unknown-short: unknown short flag '-x'"],
  ['publish --coun 2 a', "unknown-flag: unknown long flag '--coun'"],
  ['publish @words', 'publish [subject-from-file] count=3'],
  ['publish @nofile', 'other: failed to open arguments file "nofile": open nofile: no such file or directory'],
  ['publish a -', 'publish [a,]'],
  ['publish - a', 'publish [-,a]'],
  ['publish a -- -', 'publish [a,-]'],
  ['publish a ""', 'publish [a,]'],
  ['stream', "subcommand-required: must select a subcommand of 'stream'"],
  ['stream frob', 'unknown-command: expected command but got "frob"'],
  ['s add -a x', 'stream add [x] all=true'],
  ['s -a add x', 'stream add [x] all=true'],
  ['frob', 'unknown-command: expected command but got "frob"'],
  ['publish a --count 1 --count 2', 'publish [a] count=1|2'],
];

const cobra: [string, string][] = [
  ['publish a --count 1 --count 2', 'publish [a] count=2'],
  ['--count 2 publish a', 'publish [a] count=2'],
  ['publish a --count -1', 'publish [a] count=-1'],
  ['publish a --quiet=false', 'publish [a] quiet=false'],
  ['publish -qr a', 'publish [a] quiet=true raw=true'],
  ['publish -H=x a', 'publish [a] header=x'],
  ['publish -Hx a', 'publish [a] header=x'],
  ['publish a --resp', 'publish [a] resp=1'],
  ['publish a --resp=4', 'publish [a] resp=4'],
  ['publish a --no-ack', 'unknown-flag: unknown flag: --no-ack'],
  ['publish a -x', "unknown-short: unknown shorthand flag: 'x' in -x"],
  ['publish a --count', 'missing-value: flag needs an argument: --count'],
  ['publish a @words', 'publish [a,@words]'],
  ['publish a -- -q', 'publish [a,-q]'],
  ['stream frob', 'unknown-command: unknown command "frob" for "tool stream"'],
  ['frob', 'unknown-command: unknown command "frob" for "tool"'],
  ['publish a b c', 'unexpected-argument: accepts at most 2 arg(s), received 3'],
];

const goflag: [string, string][] = [
  ['-count 2', '[] count=2'],
  ['--count=2', '[] count=2'],
  ['-count 1 -count 2', '[] count=2'],
  ['-quiet=false', '[] quiet=false'],
  ['-quiet false', '[false] quiet=true'],
  ['-count -1', '[] count=-1'],
  ['-raw word -quiet', '[word,-quiet] raw=true'],
  ['-frob', 'unknown-flag: flag provided but not defined: -frob'],
  ['-count', 'missing-value: flag needs an argument: -count'],
  ['---x', 'other: bad flag syntax: ---x'],
];

function split(line: string): string[] {
  return line.split(' ').map((w) => (w === '""' ? '' : w));
}

for (const [line, want] of kingpin) {
  test(`kingpin: ${line}`, async () => {
    assert.equal(brief(await scanKingpin(tool('kingpin'), split(line), world)), want);
  });
}
for (const [line, want] of cobra) {
  test(`cobra: ${line}`, async () => {
    assert.equal(brief(await scanCobra(tool('cobra'), split(line))), want);
  });
}
for (const [line, want] of goflag) {
  test(`goflag: ${line}`, async () => {
    assert.equal(brief(await scanGoflag(tool('goflag'), split(line))), want);
  });
}
