// Real images from real packages: built twice, in two folders, checked, and the foreign ones started under qemu.
// NATSBOX_IMAGES=dist/image checks what `npm run image -- runtime compat dev fips fips-dev` made instead of building anew.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildImages } from '../../image/build.ts';
import { checkImage, type Image, readLayout } from '../../image/check.ts';
import { ARCHES, readLock } from '../../image/lock.ts';
import { VARIANTS, variant } from '../../image/variants.ts';
import { bunPath } from '../../scripts/bun.mjs';
import { target } from '../../scripts/targets.ts';
import { attacks, hostileFolder } from './attacks.ts';
import { onPath } from './containers.ts';
import { starter } from './foreign.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Compressing and qemu take their time on two slow cores. */
const SLOW = { timeout: 900_000 };

const given = process.env['NATSBOX_IMAGES'];
let dir = '';
let layouts = '';
let missing = '';

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'natsbox-images-'));
  layouts = given ? resolve(root, given) : join(dir, 'out');
  try {
    if (!given) buildImages({ variants: VARIANTS, arches: ARCHES, out: layouts, revision: '' });
  } catch (error) {
    // Without a Debian mirror or the npm registry, and without a filled cache, there is nothing to build from.
    const message = (error as Error).message;
    if (!/^(cannot get|npm pack|this machine has no apt source)/.test(message)) throw error;
    missing = `images cannot be built here: ${message}`;
  }
}, SLOW);
after(() => rmSync(dir, { recursive: true, force: true }));

const images = (name: string): Image[] => readLayout(join(layouts, name), variant(name));

test('every image passes every check, on both architectures', SLOW, (t) => {
  if (missing) return t.skip(missing);
  const lock = readLock();
  for (const { name } of VARIANTS) {
    const all = images(name);
    assert.deepEqual(
      all.map((i) => i.arch),
      ARCHES,
    );
    for (const image of all) assert.deepEqual(checkImage(image, lock), [], `${name} ${image.arch}`);
  }
});

/** A checkout of its own with the packages inside it, as `npm ci` makes one: links to other folders would show in names. */
function checkout(name: string): string {
  const copy = join(dir, name, 'natsbox');
  mkdirSync(join(copy, '.cache/image'), { recursive: true });
  const parts = ['src', 'scripts', 'image', 'package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE'];
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    cpSync(join(root, 'node_modules', name), join(copy, 'node_modules', name), { recursive: true, dereference: true });
  }
  symlinkSync(realpathSync(join(root, 'node_modules/@oven')), join(copy, 'node_modules/@oven'));
  // Packages may be shared; programs, runtimes and layers are made anew.
  for (const shared of ['npm', 'image/debs']) {
    if (existsSync(join(root, '.cache', shared)))
      symlinkSync(join(root, '.cache', shared), join(copy, '.cache', shared));
  }
  return copy;
}

test('two folders give the same digests', SLOW, (t) => {
  if (missing) return t.skip(missing);
  const said = ['one', 'another/deeper'].map((name) => {
    const args = [
      'image/build.ts',
      'runtime',
      'fips',
      '--arch',
      'amd64',
      '--revision',
      '',
      '--out',
      join(dir, name, 'out'),
    ];
    const r = spawnSync(bunPath(), args, { cwd: checkout(name), encoding: 'utf8' });
    assert.equal(r.status, 0, r.stderr);
    return [...r.stdout.matchAll(/^(\w+): .*index (sha256:\w+)$/gm)].map((m) => `${m[1]} ${m[2]}`);
  });
  assert.equal(said[0]!.length, 2);
  assert.deepEqual(said[0], said[1]);
});

test('the base layer is the same for another program', SLOW, (t) => {
  if (missing) return t.skip(missing);
  const other = join(dir, 'other');
  writeFileSync(other, 'another program');
  const [again] = buildImages({
    variants: [variant('runtime')],
    arches: ['amd64'],
    out: join(dir, 'base'),
    revision: '',
    programs: { amd64: other },
  });
  const before = images('runtime').find((i) => i.arch === 'amd64')!.config.rootfs.diff_ids;
  assert.equal(again!.images[0]!.diffIds[0], before[0]);
  assert.notEqual(again!.images[0]!.diffIds[1], before[1]);
});

/** Unpacks an image for a look from outside. Rights and owners stay the test's own. */
function unpack(image: Image): string {
  const to = join(dir, `root-${image.variant.name}-${image.arch}`);
  if (existsSync(to)) return to;
  for (const e of image.files.values()) {
    const path = join(to, e.path);
    mkdirSync(dirname(path), { recursive: true });
    if (e.type === 'dir') mkdirSync(path, { recursive: true });
    else if (e.type === 'link') symlinkSync(e.target!, path);
    else writeFileSync(path, e.data!, { mode: e.mode & 0o111 ? 0o755 : 0o644 });
  }
  return to;
}

test('the arm64 executable does not listen to a hostile environment', SLOW, (t) => {
  if (missing) return t.skip(missing);
  const tree = unpack(images('runtime').find((i) => i.arch === 'arm64')!);
  const hostile = join(dir, 'hostile');
  const injected = join(hostile, 'injected');
  hostileFolder(hostile, injected);
  const start = starter(tree, target('linux-arm64'), 'usr/local/bin/natsbox', hostile);
  if (typeof start === 'string') return t.skip(start);
  const calm = start(['version']);
  assert.equal(calm.status, 0, calm.err);
  assert.match(calm.out, /linux-arm64/);
  for (const [name, value] of Object.entries(attacks(hostile))) {
    assert.deepEqual(start(['version'], { [name]: value }), calm, name);
    assert.equal(existsSync(injected), false, `${name} ran code`);
  }
});

/** How to start the FIPS program of the image for this machine inside its own tree; undefined where that is impossible. */
function inside(
  tree: string,
): ((args: string[], env?: Record<string, string>) => ReturnType<typeof spawnSync>) | undefined {
  const bwrap = onPath('bwrap');
  if (!bwrap) return undefined;
  return (args, env = {}) => {
    const set = Object.entries(env).flatMap(([k, v]) => ['--setenv', k, v]);
    const box = [
      '--ro-bind',
      tree,
      '/',
      '--proc',
      '/proc',
      '--dev',
      '/dev',
      '--tmpfs',
      '/tmp',
      '--unshare-all',
      '--clearenv',
    ];
    return spawnSync(bwrap, [...box, '--setenv', 'PATH', '/usr/local/bin', ...set, ...args], { encoding: 'utf8' });
  };
}

test('FIPS mode is on, stays on, and a changed provider stops the program', SLOW, (t) => {
  if (missing) return t.skip(missing);
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const image = images('fips').find((i) => i.arch === arch)!;
  const tree = unpack(image);
  const start = inside(tree);
  if (!start) return t.skip('needs bwrap (bubblewrap)');
  const on = start(['natsbox', 'fips', '--as', 'json']);
  assert.equal(on.status, 0, String(on.stderr));
  const report = JSON.parse(String(on.stdout));
  assert.equal(report.on, true);
  assert.match(report.provider, /FIPS Provider/);
  const off = {
    OPENSSL_CONF: '/dev/null',
    OPENSSL_MODULES: '/nowhere',
    NODE_OPTIONS: '--require /tmp/x',
    OPENSSL_CONF_INCLUDE: '/tmp',
  };
  assert.equal(start(['natsbox', 'fips'], off).status, 0);
  assert.notEqual(start(['nk', '-gen', 'curve']).status, 0, 'curve keys are refused');

  const provider = [...image.files.keys()].find((p) => p.endsWith('/fips.so'))!;
  const bytes = readFileSync(join(tree, provider));
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(join(tree, provider), bytes);
  assert.notEqual(start(['nats', '--version']).status, 0, 'a tampered provider');
  rmSync(join(tree, provider));
  assert.notEqual(start(['nats', '--version']).status, 0, 'no provider');
});
