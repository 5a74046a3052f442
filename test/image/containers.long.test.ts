// What people do with the images, done in real containers: podman with runc where that runs, else skipped with the reason.
// NATSBOX_IMAGES=dist/image takes what `npm run image -- runtime compat dev fips` made instead of building anew.
import assert from 'node:assert/strict';
import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildImages } from '../../image/build.ts';
import { variant } from '../../image/variants.ts';
import { freePort, natsServerPath } from '../lib/nats-server.ts';
import { openPodman, type Podman } from './containers.ts';

const SLOW = { timeout: 1_200_000 };
const names = ['runtime', 'compat', 'dev', 'fips'] as const;
const image = 'localhost/natsbox';
const tag = (suffix: string) => `${image}:${JSON.parse(readFileSync(`${root}package.json`, 'utf8')).version}-${suffix}`;
const root = fileURLToPath(new URL('../../', import.meta.url));
/** As hard as a cluster can make it: nothing writable, no capabilities, no way to more rights. */
const HARD = ['--rm', '--read-only', '--cap-drop=all', '--security-opt=no-new-privileges'];
const ALONE = [...HARD, '--network=none'];

let dir = '';
let podman: Podman;
let missing = '';
let server: string | undefined;

before(async () => {
  // Podman takes no capital letters in the path of a layout.
  dir = join(tmpdir(), `natsbox-containers-${process.pid}`);
  mkdirSync(dir);
  const opened = openPodman(join(dir, 'podman'));
  if (typeof opened === 'string') {
    missing = opened;
    return;
  }
  podman = opened;
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const given = process.env['NATSBOX_IMAGES'];
  const out = given ?? join(dir, 'out');
  if (!given) buildImages({ variants: names.map(variant), arches: [arch], out, revision: '' });
  for (const name of names) podman.load(join(out, name), name);
  server = await natsServerPath();
  if (server) podman.loadServer(server);
}, SLOW);

after(() => {
  podman?.close();
  rmSync(dir, { recursive: true, force: true });
}, SLOW);

function story(name: string, body: () => void | Promise<void>, needs: { server?: boolean } = {}): void {
  test(name, SLOW, async (t) => {
    if (missing) return t.skip(missing);
    if (needs.server && !server) return t.skip('needs a nats-server');
    await body();
  });
}

/** A folder to mount, of that owner. */
function volume(name: string, uid: number, gid: number): string {
  const path = join(dir, name);
  mkdirSync(path, { mode: 0o755 });
  chownSync(path, uid, gid);
  return path;
}

story('the image alone shows what there is, and nk makes keys for any user', () => {
  assert.match(podman('run', ...ALONE, image).out, /^usage: natsbox/);
  for (const user of ['65532:65532', '0:0', '1234:5678', '100200:0']) {
    const r = podman('run', ...ALONE, '--user', user, image, 'nk', '-gen', 'user', '-pubout');
    assert.equal(r.status, 0, r.err);
    assert.match(r.out, /^SU[A-Z2-7]{56}\nU[A-Z2-7]{55}\n$/, user);
  }
});

story('there is no shell in runtime and fips, and one in compat and dev', () => {
  for (const name of [image, tag('fips')]) {
    for (const sh of ['sh', '/bin/sh', 'bash', 'busybox']) {
      const r = podman('run', ...ALONE, name, sh, '-c', 'id');
      assert.equal(r.status, 127, `${name} ${sh}`);
    }
  }
  const compat = podman('run', ...ALONE, tag('compat'), 'bash', '-c', 'echo $UID; nats --version | jq -R . ; curl -V');
  assert.match(compat.out, /^65532\n"[\d.]+"\ncurl /, compat.err);
  const dev = podman(
    'run',
    '--rm',
    '--network=none',
    tag('dev'),
    'sh',
    '-c',
    'id -u; apt-get --version; nats --version',
  );
  assert.match(dev.out, /^0\napt /, dev.err);
});

story('nsc init works on a mounted folder: as the user of the image, and as the owner of the folder', () => {
  for (const [uid, gid] of [
    [65532, 65532],
    [4321, 4321],
  ] as const) {
    const path = volume(`nsc-${uid}`, uid, gid);
    const mount = ['--user', `${uid}:${gid}`, '-v', `${path}:/nsc`];
    const made = podman('run', ...ALONE, ...mount, image, 'nsc', 'init', '-d', '/nsc', '-n', 'op');
    assert.equal(made.status, 0, made.err);
    assert.match(made.out + made.err, /created operator op/);
    assert.ok(readdirSync(path).includes('op'));
    const shown = podman('run', ...ALONE, ...mount, image, 'nsc', 'describe', 'operator', '--json');
    assert.equal(JSON.parse(shown.out).name, 'op', shown.err);
  }
});

story('nsc says what to do when the mounted folder belongs to somebody else', () => {
  const mount = `${volume('foreign', 0, 0)}:/nsc`;
  const r = podman('run', ...ALONE, '-v', mount, image, 'nsc', 'init', '-d', '/nsc', '-n', 'op');
  assert.equal(r.status, 1);
  assert.match(r.err, /permission denied/);
  assert.match(r.err, /--user "\$\(id -u\):\$\(id -g\)"/);
});

story('every command that waits ends within a second of SIGTERM as process 1', async () => {
  const commands = [
    ['natsbox', 'hold'],
    ['natsbox', 'server', '--port', '4222'],
    ['nats', 'sub', 'x', '-s', 'nats://127.0.0.1:4222'],
    ['nats-top', '-s', '127.0.0.1', '-m', '8222'],
  ];
  const waiting = /holding|ready|Subscribing on|Connections/i;
  const net = '--network=container:base';
  podman('run', '-d', '--name', 'base', '--network=none', image, 'natsbox', 'server', '-p', '4222', '-m', '8222');
  for (const [i, command] of commands.entries()) {
    const name = `pid1-${i}`;
    const network = i < 2 ? '--network=none' : net;
    const running = podman.start('-t', '--cap-drop=all', '--name', name, network, image, ...command);
    await running.said(waiting);
    // With -t 1 podman sends SIGKILL after a second, which would show as status 137.
    podman('stop', '-t', '1', name);
    await running.done;
    const status = podman('inspect', '--format', '{{.State.ExitCode}}', name).out.trim();
    assert.equal(status, i < 2 ? '0' : '143', `${command.join(' ')} ended with ${status}`);
  }
  podman('rm', '-f', '-t', '0', 'base');
});

story('FIPS: on, nothing turns it off, nkey login works, a changed provider stops everything', () => {
  const fips = tag('fips');
  const on = podman('run', ...ALONE, fips, 'natsbox', 'fips', '--as', 'json');
  assert.equal(on.status, 0, on.err);
  const report = JSON.parse(on.out);
  assert.equal(report.on, true);
  for (const what of [/MD5 is refused/, /Ed25519 signs/]) {
    assert.ok(report.checks.some((c: { name: string; ok: boolean }) => what.test(c.name) && c.ok));
  }
  const off = ['OPENSSL_CONF=/dev/null', 'OPENSSL_MODULES=/nowhere', 'NODE_OPTIONS=--no-force-fips'];
  const env = off.flatMap((e) => ['-e', e]);
  assert.equal(podman('run', ...ALONE, ...env, fips, 'natsbox', 'fips').status, 0);
  assert.equal(podman('run', ...ALONE, image, 'natsbox', 'fips').status, 1);
  for (const refused of [
    ['nk', '-gen', 'curve'],
    ['nats', 'server', 'passwd', '-p', 'long enough for it'],
  ]) {
    const r = podman('run', ...ALONE, fips, ...refused);
    assert.equal(r.status, 1, refused.join(' '));
    assert.match(r.err, /is disabled in FIPS mode: \w+ is not part of the FIPS 140-3 approved algorithm set/);
  }
  const provider: string = report.module;
  const bad = join(dir, 'fips.so');
  const copy = podman('create', fips);
  podman('cp', `${copy.out.trim()}:${provider}`, bad);
  const bytes = readFileSync(bad);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(bad, bytes, { mode: 0o644 });
  const tampered = podman('run', ...ALONE, '-v', `${bad}:${provider}:ro`, fips, 'nats', '--version');
  assert.notEqual(tampered.status, 0);
  assert.doesNotMatch(tampered.out, /\d+\.\d+/);
});

/** The example as people have it, on ports of the host that are free here. */
async function composeFile(): Promise<string> {
  const text = readFileSync(join(root, 'image/examples/cluster.yaml'), 'utf8');
  const file = join(dir, 'cluster.yaml');
  const ports = `"127.0.0.1:${await freePort()}:4222", "127.0.0.1:${await freePort()}:8222"`;
  writeFileSync(file, text.replace('"4222:4222", "8222:8222"', ports));
  return file;
}

const FLAGS = '--cluster_name NATS --cluster nats://0.0.0.0:6222 --http_port 8222'.split(' ');

/** Without a program for compose files: the same three servers by hand. */
function startByHand(): void {
  assert.equal(podman('network', 'create', 'nats').status, 0);
  for (const name of ['nats', 'nats-1', 'nats-2']) {
    const route = name === 'nats' ? [] : ['--routes=nats://nats:6222'];
    const up = podman('run', '-d', '--name', name, '--network=nats', 'localhost/nats', ...FLAGS, ...route);
    assert.equal(up.status, 0, up.err);
  }
}

/** Waits until the first server has routes to both others. */
async function routed(): Promise<void> {
  const curl = ['run', '--rm', '--network=nats', tag('compat'), 'curl', '-s', 'http://nats:8222/routez'];
  const names = new Set<string>();
  let said = '';
  for (let i = 0; i < 50 && names.size < 2; i++) {
    if (i > 0) await new Promise((done) => setTimeout(done, 200));
    const r = podman(...curl);
    said = r.out + r.err;
    for (const m of said.matchAll(/"remote_id": "(\w+)"/g)) names.add(m[1]!);
  }
  assert.equal(names.size, 2, `routes to both other servers: ${said}`);
}

story(
  'three servers in a cluster: sub and pub on different nodes, nats-top, nkey login from the FIPS image',
  async () => {
    const compose = podman.compose(await composeFile());
    if (compose) {
      const up = compose('up', '-d', 'nats', 'nats-1', 'nats-2');
      assert.equal(up.status, 0, up.err);
    } else startByHand();
    await routed();
    const words = compose ? ['--rm', '-T', 'box'] : [...HARD, '--network=nats', image];
    const box = (...args: string[]) => (compose ? compose('run', ...words, ...args) : podman('run', ...words, ...args));
    const listen = [...words, 'nats', 'sub', '-s', 'nats://nats:4222', 'hello', '--count=2'];
    const sub = compose ? compose.start('run', ...listen) : podman.start(...listen);
    await sub.said('Subscribing on hello');
    for (const node of ['nats-1', 'nats-2']) {
      const pub = box('nats', 'pub', '-s', `nats://${node}:4222`, 'hello', `from ${node}`);
      assert.equal(pub.status, 0, pub.err);
    }
    const heard = await sub.done;
    assert.equal(heard.status, 0, heard.err);
    assert.match(heard.out, /from nats-1[\s\S]*from nats-2/);
    const top = box('nats-top', '-s', 'nats', '-m', '8222', '-o', '-');
    assert.equal(top.status, 0, top.err);
    assert.match(top.out, /NATS server version/);
    const env = ['-e', 'NATS_URL=nats://nats:4222,nats://nats-1:4222'];
    const rtt = podman('run', ...HARD, '--network=nats', ...env, tag('fips'), 'nats', 'rtt', '--as', 'json');
    assert.equal(rtt.status, 0, rtt.err);
    if (!compose) return;
    // The box keeps its keys in the volume of the example, from one call to the next.
    const made = box('nsc', 'init', '-d', '/nsc', '-n', 'op');
    assert.equal(made.status, 0, made.err);
    assert.match(box('nsc', 'describe', 'operator').out, /op/);
    const down = compose('down', '-v');
    assert.equal(down.status, 0, down.err);
  },
  { server: true },
);

const nkeyLogin = () => {
  const keys = podman('run', ...ALONE, tag('fips'), 'nk', '-gen', 'user', '-pubout')
    .out.trim()
    .split('\n');
  const folder = volume('nkey', 65532, 65532);
  writeFileSync(join(folder, 'seed'), `${keys[0]}\n`, { mode: 0o600 });
  chownSync(join(folder, 'seed'), 65532, 65532);
  writeFileSync(join(folder, 'server.conf'), `authorization { users = [ { nkey: ${keys[1]} } ] }\n`, { mode: 0o644 });
  const conf = `${join(folder, 'server.conf')}:/server.conf:ro`;
  const up = podman(
    'run',
    '-d',
    '--name',
    'login',
    '--network=none',
    '-v',
    conf,
    'localhost/nats',
    '-c',
    '/server.conf',
  );
  assert.equal(up.status, 0, up.err);
  const call = (...more: string[]) =>
    podman(
      ...['run', ...HARD, '--network=container:login', '-v', `${folder}:/nsc:ro`, tag('fips')],
      ...['nats', 'pub', '-s', 'nats://127.0.0.1:4222', 'x', 'y', ...more],
    );
  const good = call('--nkey', '/nsc/seed');
  assert.equal(good.status, 0, good.err);
  assert.match(good.out + good.err, /Published/);
  assert.notEqual(call().status, 0, 'without the seed');
};
story('nkey login to a real server works in FIPS mode', nkeyLogin, { server: true });

story('a box without a shell is looked at from a second container', () => {
  const held = podman('run', '-d', '--name', 'held', '--network=none', image, 'natsbox', 'hold');
  assert.equal(held.status, 0, held.err);
  const look = 'ls /proc/1/root/usr/local/bin; tr "\\0" " " < /proc/1/cmdline';
  const beside = ['--rm', '--pid=container:held', '--network=container:held', '--cap-add=SYS_PTRACE'];
  const r = podman('run', ...beside, tag('dev'), 'bash', '-c', look);
  assert.equal(r.status, 0, r.err);
  assert.match(r.out, /natsbox\nnk\nnsc\n[\s\S]*natsbox hold/);
  const mount = `type=image,source=${tag('dev')},destination=/dbg`;
  const lib = `/dbg/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const inside = podman(
    ...['run', '--rm', '--pid=container:held', '--mount', mount, '-e', `LD_LIBRARY_PATH=${lib}`, image],
    ...['/dbg/usr/bin/bash', '-c', 'echo $UID $(< /proc/1/comm)'],
  );
  assert.match(inside.out, /^65532 natsbox/, inside.err);
});
