// The output contract, proven for every command of every tool: it has a schema and help, its examples parse, it ends by
// itself without a server, a terminal and standard input, and what it writes under --as json is JSON.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { splitWords } from '#base/shlex.ts';
import { scanCobra } from '#cli/scan/cobra.ts';
import { scanKingpin } from '#cli/scan/kingpin.ts';
import { schemaDocument } from '#cli/schema.ts';
import type { CommandSpec, FlagSpecs } from '#cli/spec.ts';
import { leaves, type Node, type Tool } from '#cli/tree.ts';
import { contractFlags } from '#runtime/contract.ts';
import { tools } from '../../src/tools.ts';

const bin = fileURLToPath(new URL('../../dist/bin/', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'natsbox-contract-'));
after(() => rmSync(home, { recursive: true, force: true }));

interface Leaf {
  readonly tool: Tool;
  readonly path: readonly Node[];
  readonly spec: CommandSpec;
}

async function everyLeaf(): Promise<Leaf[]> {
  const found: Leaf[] = [];
  for (const load of Object.values(tools)) {
    const { tool } = await load();
    const single = await tool.single?.();
    if (single) found.push({ tool, path: [], spec: single.spec });
    for (const path of leaves(tool.children)) {
      const command = await path.at(-1)?.load?.();
      if (command) found.push({ tool, path, spec: command.spec });
    }
  }
  return found;
}

function title({ tool, path }: Leaf): string {
  return [tool.name, ...path.map((n) => n.name)].join(' ');
}

const all = await everyLeaf();

test('there are commands to walk', () => {
  assert.ok(all.length > 100, `${all.length} commands`);
});

test('every command has help in words, and none that was left open', () => {
  for (const leaf of all) {
    assert.match(leaf.spec.help, /\S/, title(leaf));
    assert.doesNotMatch(leaf.spec.help, /TODO/, title(leaf));
    for (const [name, s] of [...Object.entries(leaf.spec.flags ?? {}), ...Object.entries(leaf.spec.args ?? {})]) {
      assert.match(s.help, /\S/, `${title(leaf)} ${name}`);
      assert.doesNotMatch(s.help, /TODO/, `${title(leaf)} ${name}`);
    }
  }
});

test('every command describes its data', () => {
  for (const leaf of all) {
    const { output } = leaf.spec;
    assert.ok(['record', 'list', 'stream', 'none'].includes(output.kind), title(leaf));
    const document = schemaDocument(
      leaf.tool.name,
      leaf.path.map((n) => n.name),
      output,
    ) as { $id: string };
    assert.match(document.$id, /:v[1-9]\d*$/, title(leaf));
    if (output.kind !== 'none') assert.ok(Object.keys(output.schema).length > 0, `${title(leaf)} has an empty schema`);
  }
});

test('no command takes a flag of the contract for something else', () => {
  for (const leaf of all) {
    const groups = leaf.path.flatMap((n) => Object.keys((n.group?.flags ?? {}) as FlagSpecs));
    const own = [...Object.keys(leaf.spec.flags ?? {}), ...groups];
    assert.deepEqual(
      own.filter((name) => name in contractFlags),
      [],
      title(leaf),
    );
  }
});

test('every example is a line the scanner takes', async () => {
  const world = { readText: () => '' };
  for (const leaf of all) {
    for (const example of leaf.spec.examples ?? []) {
      const line = example.split(' | ').find((part) => part.trim().startsWith(`${leaf.tool.name} `));
      if (line === undefined || /[<>]\(|\s[<>]\s/.test(line)) continue;
      const words = splitWords(line).slice(1);
      const tool = { ...leaf.tool, flags: { ...leaf.tool.flags, ...contractFlags } };
      const scan = leaf.tool.dialect === 'cobra' ? await scanCobra(tool, words) : await scanKingpin(tool, words, world);
      assert.equal(scan.refusal, undefined, `${example}: ${scan.refusal?.message}`);
    }
  }
});

interface Outcome {
  readonly status: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

function run(argv: readonly string[], timeoutMs: number): Promise<Outcome> {
  const [name = '', ...rest] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(bin + name, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: home,
      env: {
        PATH: '/nonexistent',
        HOME: home,
        XDG_CONFIG_HOME: `${home}/c`,
        XDG_DATA_HOME: `${home}/d`,
        NATS_URL: '127.0.0.1:1',
        TZ: 'UTC',
      },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (d) => {
      out += d;
    });
    child.stderr.on('data', (d) => {
      err += d;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal, out, err });
    });
  });
}

/** What a user who knows nothing would type for a required value. */
function dummy(type: string, choices: readonly string[] | undefined): string {
  if (choices?.[0] !== undefined) return choices[0];
  if (/int|uint|number|float|bytes/.test(type)) return '1';
  if (type === 'duration') return '1s';
  return type.startsWith('existing-') ? (type === 'existing-dir' ? home : '/etc/hostname') : 'x';
}

function lineFor(leaf: Leaf): string[] {
  const words = [leaf.tool.name, ...leaf.path.map((n) => n.name)];
  for (const spec of Object.values(leaf.spec.args ?? {})) if (spec.required) words.push(dummy(spec.type, spec.enum));
  for (const [name, spec] of Object.entries(leaf.spec.flags ?? {})) {
    if (spec.required) words.push(`--${name}=${dummy(spec.type, spec.enum)}`);
  }
  return words;
}

/** Commands whose purpose is to go on until they are told to stop, and editors of the whole process. */
const endless =
  /^(natsbox (server|hold)|nats server run|nats (auth|server) .*serve|nats server check exporter|natsbox demo)$/;

test('without a server, a terminal and standard input every command ends, and speaks JSON when asked', async () => {
  const queue = all.filter((leaf) => !endless.test(title(leaf)));
  const wrong: string[] = [];
  const one = async (leaf: Leaf) => {
    const line = [...lineFor(leaf), ...(leaf.tool.dialect === 'goflag' ? [] : ['--as', 'json', '--no-input'])];
    const { status, signal, out, err } = await run(line, 20_000);
    const where = `${line.join(' ')}: `;
    if (signal !== null) wrong.push(`${where}killed after 20 s; ${err.slice(0, 100)}`);
    else if (status === null || status > 10) wrong.push(`${where}status ${status}; ${err.slice(0, 200)}`);
    if (/\n\s+at .*\(.*:\d+:\d+\)/.test(err)) wrong.push(`${where}a stack trace: ${err.slice(0, 200)}`);
    const last = err.trim().split('\n').at(-1) ?? '';
    if (status !== 0 && status !== null && leaf.tool.dialect !== 'goflag') {
      const parsed = tryJson(last) as { error?: { cause?: string; message?: string } } | undefined;
      // A verdict may be the answer itself: `natsbox fips` says off, and the status says it too.
      const verdict = err === '' && tryJson(out) !== undefined;
      if (!verdict && (!parsed?.error?.cause || !parsed.error.message))
        wrong.push(`${where}no JSON error: ${err.slice(0, 200)}`);
    }
    if (status === 0 && leaf.spec.output.kind !== 'none' && out.trim() !== '' && leaf.tool.dialect !== 'goflag') {
      if (tryJson(out) === undefined) wrong.push(`${where}stdout is no JSON: ${out.slice(0, 100)}`);
    }
  };
  await Promise.all(
    [0, 1, 2, 3].map(async () => {
      for (let leaf = queue.shift(); leaf; leaf = queue.shift()) await one(leaf);
    }),
  );
  assert.deepEqual(wrong, []);
});

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
