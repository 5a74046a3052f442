// Measures every row: ours, Go's where it is on PATH, the bound; in turn, round after round.
//   npm run bench -- [--rounds 5] [--scale 1] [--rows WORD,WORD] [--json FILE] [--page] [--short]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { natsServerPath, startNatsServer } from '#test/nats-server.ts';
import { bunPath } from '../scripts/bun.mjs';
import { fromNpm, hostTarget, preparedRuntime } from '../scripts/targets.ts';
import { judge, type Result, summary, tableText, writePage } from './page.ts';
import { measured, type Run, started } from './process.ts';
import type { Row, Side, World } from './row.ts';
import { rows } from './rows.ts';
import { shortBudgets } from './short.ts';

/** The Node whose start is measured. */
const NODE = '26.10.0';

const root = fileURLToPath(new URL('../', import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    rows: { type: 'string', default: '' },
    json: { type: 'string' },
    page: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
});

/** A program of that name on PATH that is not ours. */
function onPath(name: string): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, name));
  return places.find((path) => existsSync(path) && statSync(path).isFile() && !path.startsWith(root));
}

async function measureRow(world: World, row: Row, rounds: number, env: Record<string, string>): Promise<Result> {
  const runs: Record<Side, Run[]> = { ours: [], go: [], bound: [] };
  for (const step of row.once?.(world) ?? []) await measured(step, env, world.dir);
  // The first round warms caches and counts for nothing; who cannot finish it is left out.
  const sides = new Set<Side>(['ours', 'go', 'bound']);
  for (let round = 0; round <= rounds; round++) {
    for (const side of sides) {
      const run = await oneRun(world, row, side, env);
      if (!run) sides.delete(side);
      else if (round > 0) runs[side].push(run);
    }
  }
  return { row, runs };
}

async function oneRun(world: World, row: Row, side: Side, env: Record<string, string>): Promise<Run | undefined> {
  if (row.argv(world, side, 0) === undefined) return undefined;
  for (const step of row.before?.(world) ?? []) await measured(step, env, world.dir);
  const helper = row.replay
    ? await started(world.bound('replay', ...row.replay.map(String)), world.dir)
    : row.responder
      ? await started(world.bound('respond', String(world.port)), world.dir)
      : undefined;
  try {
    const port = row.replay ? Number(helper?.line) : world.port;
    const argv = row.argv(world, side, port) as readonly string[];
    const { timeoutMs = 20_000 } = row;
    const run = await measured({ argv, count: row.lines !== undefined, timeoutMs }, env, world.dir);
    if (row.lines !== undefined && side === 'ours' && run.lines < row.lines) {
      throw new Error(`${row.id}: ${run.lines} of ${row.lines} messages were printed`);
    }
    return row.byWall ? { ...run, rate: row.ops / run.wall } : run;
  } catch (error) {
    // A Go tool that cannot finish a row leaves it empty; ours must not fail.
    if (side === 'ours') throw error;
    process.stderr.write(`${row.id} ${side}: ${(error as Error).message.slice(0, 200)}\n`);
    return undefined;
  } finally {
    await helper?.stop();
  }
}

function version(path: string | undefined, ...words: string[]): string {
  if (path === undefined) return 'none';
  const { stdout, stderr } = spawnSync(path, words, {
    encoding: 'utf8',
    env: { HOME: tmpdir(), XDG_DATA_HOME: tmpdir() },
  });
  return (stdout || stderr).trim().split('\n')[0] ?? '';
}

/** Runs a step of the preparation to its end; throws with what it said. */
function run(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.slice(-500)}`);
}

/** The newest Node and our build for it; undefined where npm has none for this machine. */
function buildForNode(): World['onNode'] {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return undefined;
  const node = fromNpm(`node-linux-${process.arch}`, NODE, undefined, 'bin/node');
  run(bunPath(), 'scripts/build.ts', '--node');
  return { node, nats: join(root, 'dist/node/nats') };
}

// What machines without the server cannot measure is no failure of theirs; the reason stands on stderr.
if (options.short && !(await natsServerPath())) process.exit(0);
const dir = mkdtempSync(join(tmpdir(), 'natsbox-measure-'));
const server = await startNatsServer({ jetstream: true });
const scale = options.short ? 0.2 : Number(options.scale);
const words = options.rows === '' ? [] : options.rows.split(',');
const chosen = rows(scale).filter((r) => words.length === 0 || words.some((w) => r.id.includes(w)));
const wanted = options.short ? chosen.filter((r) => r.id in shortBudgets) : chosen;
try {
  // In a process of its own: what this one holds at its largest would count as the size of each program it starts.
  run(bunPath(), join(root, 'bench/empty.ts'), join(dir, 'empty'));
  const bin = join(root, 'dist/bin');
  const world: World = {
    nats: join(bin, 'nats'),
    nk: join(bin, 'nk'),
    nsc: join(bin, 'nsc'),
    go: { nats: onPath('nats'), nk: onPath('nk'), nsc: onPath('nsc') },
    bound: (...words) => [bunPath(), join(root, 'bench/bounds.ts'), ...words],
    empty: join(dir, 'empty'),
    onNode: wanted.some((r) => r.onNode) ? buildForNode() : undefined,
    url: server.url,
    port: server.port,
    dir,
  };
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    XDG_CONFIG_HOME: join(dir, 'c'),
    XDG_DATA_HOME: join(dir, 'd'),
  };
  const results: Result[] = [];
  for (const row of wanted) {
    const result = await measureRow(world, row, options.short ? 3 : Number(options.rounds), env);
    results.push(result);
    process.stdout.write(tableText([result]));
  }
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus()[0]?.model.trim()} x ${cpus().length}`,
    system: `${process.platform} ${process.arch}`,
    natsbox: version(world.nats, '--version'),
    bun: Bun.version,
    server: /Version:\s+(\S+)/.exec(server.log())?.[1] ?? '',
    go: version(world.go.nats, '--version'),
    rounds: Number(options.rounds),
    size_mb: statSync(join(bin, 'natsbox')).size / 1e6,
    runtime_mb: statSync(preparedRuntime(hostTarget())).size / 1e6,
  };
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ facts, rows: results.map(summary) }, null, 2)}\n`);
  if (options.page) writePage(root, facts, results, readFileSync(join(root, 'docs/performance.md'), 'utf8'));
  if (options.short) {
    const { overBudget } = await import('./short.ts');
    const over = overBudget(results);
    for (const line of over) process.stderr.write(`${line}\n`);
    if (over.length > 0) process.exitCode = 1;
  } else for (const result of results) for (const line of judge(result)) process.stdout.write(`${line}\n`);
} finally {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
}
