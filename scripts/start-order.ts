// Records which functions, strings and modules common commands use. The compiler lays their bytecode together (targets.ts),
// which takes 3 % of the CPU off a start. What is recorded goes to start.order, by digests of the code: it is kept with the
// sources, so that whatever machine compiles gives the same bytes, and it goes on counting for code that did not change.
// To be run (`npm run order`) after a new version of the runtime, and when the test of it says that it has grown old.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bunPath } from './bun.mjs';
import { packedSources } from './pack.ts';
import { COMPILE_FLAGS, entries, hostTarget, ORDER, originalRuntime } from './targets.ts';

type CommandLine = readonly [tool: string, ...argv: string[]];

/** Nobody listens there. */
const NOBODY = ['--server', '127.0.0.1:1'];

/** What is run, in this order, with one home. */
const COMMANDS: readonly CommandLine[] = [
  ['nsc', 'add', 'operator', 'O', '--sys'],
  ['nsc', 'add', 'account', 'A'],
  ['nsc', 'add', 'user', 'U'],
  ['nsc', 'edit', 'user', 'U', '--tag', 'x'],
  ['nsc', 'edit', 'account', 'A', '--tag', 'x'],
  ['nsc', 'edit', 'operator', '--tag', 'x'],
  ['nsc', 'revocations', 'add-user', '-n', 'U'],
  ['nsc', 'describe', 'account', 'A'],
  ['nsc', 'describe', 'user', 'U'],
  ['nsc', 'list', 'keys'],
  ['nsc', 'list', 'accounts'],
  ['nsc', 'validate'],
  ['nsc', 'generate', 'creds', '-n', 'U'],
  ['nsc', 'env'],
  ['nk', '-gen', 'user'],
  ['nats', '--version'],
  ['nats', '--help'],
  ['nats', 'context', 'add', 'c', '--server', '127.0.0.1:1', '--select'],
  ['nats', 'context', 'ls'],
  ['nats', 'pub', 'a', 'b', '--quiet', ...NOBODY],
  ['nats', 'pub', 'a', 'b', '-H', 'a:b'],
  ['nats', 'request', 'a', 'b', ...NOBODY],
  ['nats', 'sub', 'a', '--count', '1', ...NOBODY],
  ['nats', 'kv', 'get', 'a', 'b', ...NOBODY],
  ['nats', 'stream', 'ls', ...NOBODY],
  ['nats', 'server', 'check', 'connection', ...NOBODY],
];

/** Compiles a program that can record and runs command lines with it; gives the lines of the order, sorted. */
export function record(commands: readonly CommandLine[]): string[] {
  const home = mkdtempSync(join(tmpdir(), 'natsbox-order-'));
  const sources = fileURLToPath(new URL(`../.cache/order-${process.pid}`, import.meta.url));
  try {
    const host = hostTarget();
    const program = join(home, host.os === 'win32' ? 'natsbox.exe' : 'natsbox');
    // The runtime as it comes: ours has lost the variable that makes it record.
    const runtime = [`--target=${host.bun}`, `--compile-executable-path=${originalRuntime(host)}`];
    const argv = ['build', ...COMPILE_FLAGS, ...runtime, ...entries(), `--outfile=${program}`];
    const built = spawnSync(bunPath(), argv, { cwd: packedSources(entries(), sources), encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stderr || String(built.error));
    const lines = new Set<string>();
    const file = join(home, 'order');
    for (const command of commands) {
      const env = { HOME: home, USERPROFILE: home, TZ: 'UTC', NO_COLOR: '1', BUN_BYTECODE_ORDER_OUT: file };
      const r = spawnSync(program, command, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
      if (!existsSync(file)) throw new Error(`${command.join(' ')} recorded nothing: ${r.stderr || String(r.error)}`);
      // The head names the format. A line K for every function there is tells new code from unused code: not needed.
      for (const line of readFileSync(file, 'utf8').split('\n')) if (/^[FMNS] /.test(line)) lines.add(line);
      rmSync(file);
    }
    return [...lines].sort();
  } finally {
    rmSync(home, { recursive: true, force: true });
    rmSync(sources, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(ORDER, `v2\n${record(COMMANDS).join('\n')}\n`);
}
