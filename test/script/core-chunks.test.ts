// What one `nats pub` loads. Start-up is bought here: a library that slips into one of these chunks costs every call.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bunPath } from '../../scripts/bun.mjs';
import { packedSources } from '../../scripts/pack.ts';
import { entries } from '../../scripts/targets.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'natsbox-chunks-'));
after(() => rmSync(dir, { recursive: true }));

interface Output {
  bytes: number;
  entryPoint?: string;
  inputs: Record<string, { bytesInOutput: number }>;
  imports: { path: string; kind: string }[];
}

type Outputs = Record<string, Output>;

/** Bundles the sources in a folder and gives the chunks by path. */
function build(cwd: string): Outputs {
  const meta = join(dir, 'meta.json');
  const flags = [
    '--minify',
    '--splitting',
    '--format=esm',
    '--target=bun',
    `--outdir=${dir}/out`,
    `--metafile=${meta}`,
  ];
  const r = spawnSync(bunPath(), ['build', 'src/main.ts', ...flags], { cwd, encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return (JSON.parse(readFileSync(meta, 'utf8')) as { outputs: Record<string, Output> }).outputs;
}

const outputs = build(root);

/** The chunk that begins with a source file, and all it imports without asking. */
function chunksOf(entries: readonly string[], outputs: Outputs): Set<string> {
  const byName = (path: string) =>
    Object.keys(outputs).find((name) => name.endsWith(path.replace(/^\.\//, ''))) ?? path;
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? []) if (kind === 'import-statement') visit(byName(path));
  };
  for (const entry of entries) {
    const name = Object.keys(outputs).find((key) => outputs[key]?.entryPoint === entry);
    assert.ok(name, `${entry} is no chunk of its own`);
    visit(name);
  }
  return found;
}

// The short lane alone, and the whole way: the command layer, the tool, the command, the connection it asks for.
const shortLane = ['src/main.ts', 'src/tools/nats/quick.ts'];
const wholeWay = [
  'src/main.ts',
  'src/whole.ts',
  'src/tools/nats/tool.ts',
  'src/tools/nats/publish.ts',
  'src/runtime/connect.ts',
];
const short = chunksOf(shortLane, outputs);
const whole = chunksOf(wholeWay, outputs);
const sourcesOf = (chunks: ReadonlySet<string>) =>
  [...chunks].flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}));
const sources = sourcesOf(whole);

/** Folders and files of which one-shot publishing needs something. Everything else has to be loaded on demand. */
const allowed = [
  /^src\/(main|whole|tools|tool-names)\.ts$/,
  /^src\/cli\/(scan\/(kingpin|cobra|goflag|scan)|values|resolve|standard-flags|tree|schema)\.ts$/,
  /^src\/runtime\/(bulk|command|connect|contract|defaults|lean-files|paths|run|runtime|settings|show|sink|system|wall-clock)\.ts$/,
  /^src\/base\/(bytes|duration|errors|fixed|nuid|once|size|tzif|utf8|version|zone)\.ts$/,
  /^src\/wire\/[a-z-]+\.ts$/,
  /^src\/client\/(checks|connect|core|dial|emitter|errors|garbage|handshake|link|msg|outbox|pool|publish-once|pulse|reconnect|requests|settings|socket|socket-bun|subscription)\.ts$/,
  /^src\/tools\/nats\/(globals|publish|tool|tree\.gen)\.ts$/,
  /^src\/tools\/nats\/messaging\/(flags|headers|publish-spec)\.ts$/,
  // What groups say of themselves: names, help, flags.
  /^src\/tools\/nats\/(.+\/)?(group|flags)\.ts$/,
];

test('nats pub loads what it needs and nothing else', () => {
  const strangers = sources.filter((source) => !allowed.some((pattern) => pattern.test(source)));
  assert.deepEqual(strangers, []);
});

test('its short lane knows no command layer', () => {
  const strangers = sourcesOf(short).filter(
    (source) =>
      source !== 'src/tools/nats/quick.ts' &&
      (/^src\/(cli|tools)\//.test(source) || !allowed.some((pattern) => pattern.test(source))),
  );
  assert.deepEqual(strangers, []);
});

test('no library and no module of the runtime is loaded with it', () => {
  assert.deepEqual(
    [...sources, ...sourcesOf(short)].filter((source) => source.includes('node_modules')),
    [],
  );
  const imports = [...whole, ...short].flatMap((name) => outputs[name]?.imports ?? []);
  assert.deepEqual(
    imports.filter((i) => i.kind === 'import-statement' && /^(node|bun):/.test(i.path)).map((i) => i.path),
    [],
  );
});

test('its chunks stay small', () => {
  const bytes = (chunks: ReadonlySet<string>) =>
    [...chunks].reduce((sum, name) => sum + (outputs[name]?.bytes ?? 0), 0);
  assert.ok(bytes(short) < 60_000, `${bytes(short)} bytes`);
  assert.ok(bytes(whole) < 160_000, `${bytes(whole)} bytes`);
});

test('as shipped, what is loaded together is a few chunks, and hardly more code', () => {
  const folder = join(root, '.cache', `packed-${process.pid}`);
  const packed = (() => {
    try {
      return build(packedSources(entries(), folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  })();
  const bytesOf = (chunks: ReadonlySet<string>, all: Outputs) =>
    [...chunks].reduce((sum, name) => sum + (all[name]?.bytes ?? 0), 0);
  const editUser = [
    'src/main.ts',
    'src/whole.ts',
    'src/tools/nsc/tool.ts',
    'src/tools/nsc/edit/user.ts',
    'src/crypto/jwt.ts',
  ];
  for (const [way, most] of [
    [shortLane, 6],
    [wholeWay, 26],
    [editUser, 26],
  ] as const) {
    const [before, after] = [chunksOf(way, outputs), chunksOf(way, packed)];
    assert.ok(after.size <= most, `${way.at(-1)}: ${after.size} chunks, ${before.size} unpacked`);
    const [bare, full] = [bytesOf(before, outputs), bytesOf(after, packed)];
    assert.ok(full < bare * 1.25, `${way.at(-1)}: ${full} bytes, ${bare} unpacked`);
  }
});
