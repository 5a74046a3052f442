// The hostile environment test: nothing around a finished executable may make it run other code, open a debugger port,
// trust other certificates or print secrets. It runs against a stand-in built here, and against dist/bin/natsbox when built.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bunPath } from '../../scripts/bun.mjs';
import { harden } from '../../scripts/harden.ts';
import { attacks as attacksIn, hostileFolder } from './attacks.ts';

const STAND_IN = `
function secret() { return 'own body'; }
const [what, arg] = process.argv.slice(2);
if (what === 'body') console.log(secret());
if (what === 'import') await import(arg).then(() => console.log('imported'), () => console.log('refused'));
if (what === 'serve') {
  // The inspector opens its port from a thread of its own: leave it time before saying so.
  setTimeout(() => console.log('ready'), 500);
  setTimeout(() => process.exit(0), 10000);
}
if (what === 'env') console.log(JSON.stringify(process.env[arg] ?? null));
console.log('own program');
`;

let dir = '';
let raw = '';
let box = '';
let hostile = '';
let injected = '';

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'natsbox-harden-'));
  writeFileSync(join(dir, 'main.ts'), STAND_IN);
  raw = join(dir, 'raw');
  // No bytecode and no minifying here: function overrides and preloads get the easiest target there can be.
  const flags = ['--compile', '--format=esm', '--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig'];
  const built = spawnSync(bunPath(), ['build', ...flags, join(dir, 'main.ts'), '--outfile', raw], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
  box = join(dir, 'box');
  copyFileSync(raw, box);
  harden(box);

  injected = join(dir, 'injected');
  hostile = join(dir, 'hostile');
  hostileFolder(hostile, injected);
});

after(() => rmSync(dir, { recursive: true, force: true }));

const attacks = () => attacksIn(hostile);

function run(program: string, args: string[], env: Record<string, string> = {}) {
  const r = spawnSync(program, args, {
    cwd: hostile,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status: r.status, out: r.stdout, err: r.stderr };
}

/** A port of this machine that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** What the process listens on, from its own network tables: the number of its sockets in state LISTEN. */
async function listening(pid: number): Promise<number> {
  const own = new Set<string>();
  const { readlinkSync } = await import('node:fs');
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const m = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`));
      if (m) own.add(m[1]!);
    } catch {}
  }
  let n = 0;
  for (const table of ['tcp', 'tcp6']) {
    for (const line of (await readFile(`/proc/${pid}/net/${table}`, 'utf8')).split('\n').slice(1)) {
      const f = line.trim().split(/\s+/);
      if (f[3] === '0A' && own.has(f[9] ?? '')) n++;
    }
  }
  return n;
}

const linux = process.platform === 'linux' ? false : 'reads /proc';

test('the stand-in is vulnerable before the step, so the tests below can fail', () => {
  const tool = run(raw, ['-e', 'console.log("INTERPRETED")'], { BUN_BE_BUN: '1' });
  assert.match(tool.out, /INTERPRETED/);
  const preload = run(raw, [], { BUN_OPTIONS: `--preload ${join(hostile, 'evil.cjs')}` });
  assert.match(preload.out, /INJECTED/);
  const engine = run(raw, ['body'], { BUN_JSC_functionOverrides: join(hostile, 'overrides') });
  assert.match(engine.out, /OVERRIDDEN/);
  const path = run(raw, ['import', 'evil'], { NODE_PATH: join(hostile, 'path') });
  assert.match(path.out, /INJECTED/);
  rmSync(injected, { force: true });
});

test('each variable alone has no effect', () => {
  for (const [name, value] of Object.entries(attacks())) {
    const r = run(box, ['body'], { [name]: value });
    assert.deepEqual(r, { status: 0, out: 'own body\nown program\n', err: '' }, name);
    assert.equal(existsSync(injected), false, `${name} ran code`);
  }
  assert.deepEqual(
    readdirSync(hostile).filter((f) => f.startsWith('written') || f.endsWith('.cpuprofile')),
    [],
  );
});

test('all variables together have no effect', () => {
  const r = run(box, ['body'], attacks());
  assert.deepEqual(r, { status: 0, out: 'own body\nown program\n', err: '' });
  assert.equal(existsSync(injected), false);
});

test('files of the current folder and the home folder are not read', () => {
  const env = { HOME: hostile, XDG_CONFIG_HOME: hostile };
  assert.equal(run(box, ['env', 'FROM_DOTENV'], env).out, 'null\nown program\n');
  assert.equal(run(box, ['env', 'BUN_OPTIONS'], env).out, 'null\nown program\n');
  assert.equal(run(box, ['import', '#evil'], env).out, 'refused\nown program\n');
  assert.equal(run(box, ['import', 'evil'], { NODE_PATH: join(hostile, 'path') }).out, 'refused\nown program\n');
  assert.equal(existsSync(injected), false);
});

test('flags and names of the runtime mean nothing', () => {
  for (const flag of ['-e', '--eval', '-p', '--print', '--preload', '--inspect', '--cpu-prof', '--version']) {
    assert.equal(run(box, [flag, 'console.log("INTERPRETED")']).out, 'own program\n', flag);
  }
  for (const name of ['bun', 'bunx', 'node']) {
    const r = spawnSync(box, ['-e', 'console.log("INTERPRETED")'], { argv0: name, encoding: 'utf8', cwd: hostile });
    assert.equal(r.stdout, 'own program\n', name);
  }
});

test('no variable opens a debugger port', { skip: linux }, async () => {
  const port = await freePort();
  const opened = async (program: string, env: Record<string, string>) => {
    const child = spawn(program, ['serve'], { cwd: hostile, env, stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      await new Promise<void>((done) => {
        let said = '';
        child.stdout.on('data', (bytes: Buffer) => (said += bytes).includes('ready') && done());
        child.once('exit', () => done());
      });
      return child.exitCode === null ? await listening(child.pid!) : 0;
    } finally {
      child.kill('SIGKILL');
    }
  };
  const inspect = { BUN_INSPECT: `127.0.0.1:${port}` };
  assert.equal(await opened(raw, inspect), 1, 'an unhardened program does listen');
  assert.equal(await opened(box, inspect), 0);
  assert.equal(await opened(box, { BUN_INSPECT: `ws://127.0.0.1:${port}/x?wait=1` }), 0);
  assert.equal(await opened(box, { ...attacks(), ...inspect, BUN_INSPECT_CONNECT_TO: `127.0.0.1:${port}` }), 0);
});

test('the step refuses what it does not know', () => {
  assert.throws(() => harden(box), /BUN_BE_BUN: 0 places instead of 1/, 'a second time');
  const text = join(dir, 'main.ts');
  assert.throws(() => harden(text), /neither an ELF/);
  const linked = join(dir, 'linked');
  linkSync(raw, linked);
  assert.throws(() => harden(raw), /hard link/);
  rmSync(linked);
});

test('a name that nobody reviewed is a surprise', async () => {
  const bytes = await readFile(raw);
  const at = bytes.indexOf('\0BUN_BE_BUN\0');
  bytes.write('BUN_NEWHO', at + 1, 'latin1');
  const changed = join(dir, 'changed');
  writeFileSync(changed, bytes);
  assert.throws(() => harden(changed), /BUN_BE_BUN: 0 places instead of 1[\s\S]*BUN_NEWHON: a variable/);
});

const shipped = fileURLToPath(new URL('../../dist/bin/natsbox', import.meta.url));

test('the shipped executable survives all of it', {
  skip: existsSync(shipped) ? linux : 'run "npm run build" first',
}, () => {
  const calm = run(shipped, ['--version']);
  assert.equal(calm.status, 0, calm.err);
  for (const [name, value] of Object.entries(attacks())) {
    const r = run(shipped, ['--version'], { [name]: value });
    assert.deepEqual(r, calm, name);
  }
  assert.deepEqual(run(shipped, ['--version'], attacks()), calm);
  assert.notEqual(run(shipped, ['-e', 'console.log("INTERPRETED")'], attacks()).out, 'INTERPRETED\n');
  assert.equal(existsSync(injected), false);
  assert.throws(() => harden(shipped), /BUN_BE_BUN: 0 places/, 'it is hardened already');
});
