// The release as people install it: the archives unpacked and the npm packages installed into empty folders. This
// machine's executable is the built one; the others are stand-ins, because only their packing is looked at.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { boxVersion } from '../../image/facts.ts';
import { sha256 } from '../../image/hash.ts';
import { preAuthentication } from '../../image/provenance.ts';
import { buildRelease } from '../../packaging/release.ts';
import { bunPath } from '../../scripts/bun.mjs';
import { hostTarget, TARGETS } from '../../scripts/targets.ts';
import { verifySignature } from '../../src/crypto/nkeys.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = join(root, 'dist/bin/natsbox');
const version = boxVersion();
const host = hostTarget();
const names = ['natsbox', 'nats', 'nsc', 'nk', 'nats-top'];
const skip =
  process.platform !== 'linux' ? 'written for Linux' : existsSync(built) ? false : 'run "npm run build" first';

let dir = '';
let out = '';
let made: ReadonlyMap<string, string> = new Map();
let publicKey = '';

function run(program: string, args: string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir, ...options.env };
  const r = spawnSync(program, args, { encoding: 'utf8', cwd: options.cwd ?? dir, env });
  return { status: r.status, out: r.stdout ?? '', err: r.stderr ?? String(r.error) };
}

before(async () => {
  if (skip) return;
  dir = mkdtempSync(join(tmpdir(), 'natsbox-dist-'));
  out = join(dir, 'release');
  const seed = join(dir, 'seed');
  const keys = run(join(root, 'dist/bin/nk'), ['-gen', 'user', '-pubout']).out.split('\n');
  publicKey = keys[1]!;
  writeFileSync(seed, keys[0]!, { mode: 0o600 });
  const program = (name: string) => (name === host.name ? readFileSync(built) : Buffer.from('a stand-in'));
  made = await buildRelease({
    targets: TARGETS,
    out,
    signWith: seed,
    level: 1,
    program: (t) => program(t.name),
    runtime: (t) => sha256(Buffer.from(t.runtime)),
  });
});
after(() => rmSync(dir, { recursive: true, force: true }));

/** Whether the machine's Node runs the modules. */
function isNewNode(): boolean {
  const [major = 0, minor = 0] = run('node', ['-p', 'process.versions.node']).out.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

test('one archive and one npm package per platform, each with its digest', { skip }, () => {
  for (const t of TARGETS) {
    const end = t.os === 'win32' ? 'zip' : 'tar.gz';
    for (const file of [`natsbox-${version}-${t.name}.${end}`, `natsbox-${version}-${t.name}.spdx.json`]) {
      assert.ok(made.has(file), file);
    }
    assert.ok(made.has(`natsbox-${t.name}-${version}.tgz`), t.name);
  }
  const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n');
  assert.equal(sums.length, made.size);
  for (const line of sums) {
    const [digest = '', file = ''] = line.split('  ');
    assert.equal(sha256(readFileSync(join(out, file))), digest, file);
  }
});

test('the statement of provenance names every file and carries a good signature of our nk', { skip }, async () => {
  const envelope = JSON.parse(readFileSync(join(out, 'provenance.intoto.json'), 'utf8'));
  const payload = Buffer.from(envelope.payload, 'base64');
  const { subject } = JSON.parse(payload.toString());
  for (const { name, digest } of subject) assert.equal(made.get(name), digest.sha256, name);
  const [signature] = envelope.signatures;
  assert.equal(signature.keyid, publicKey);
  const sig = Buffer.from(signature.sig, 'base64');
  assert.equal(await verifySignature(publicKey, preAuthentication(payload), sig), true);
  assert.equal(
    await verifySignature(publicKey, preAuthentication(Buffer.concat([payload, Buffer.from(' ')])), sig),
    false,
  );
});

test('the archive of this platform works from an empty folder', { skip }, () => {
  const prefix = join(dir, 'prefix');
  mkdirSync(prefix);
  const name = `natsbox-${version}-${host.name}`;
  const untar = run('tar', ['-xzf', join(out, `${name}.tar.gz`), '--strip-components=1'], { cwd: prefix });
  assert.equal(untar.status, 0, untar.err);
  for (const tool of names) {
    const r = run(join(prefix, 'bin', tool), [tool === 'nk' || tool === 'nats-top' ? '-v' : '--version']);
    assert.equal(r.status, 0, `${tool}: ${r.err}`);
    if (tool !== 'natsbox') assert.equal(readlinkSync(join(prefix, 'bin', tool)), 'natsbox');
    assert.match(readFileSync(join(prefix, `share/man/man1/${tool}.1`), 'utf8'), new RegExp(`^\\.TH ${tool} 1`));
    for (const path of [
      `share/bash-completion/completions/${tool}`,
      `share/zsh/site-functions/_${tool}`,
      `share/fish/vendor_completions.d/${tool}.fish`,
    ]) {
      assert.ok(existsSync(join(prefix, path)), path);
    }
  }
  const bill = JSON.parse(readFileSync(join(prefix, 'share/doc/natsbox/sbom.spdx.json'), 'utf8'));
  assert.equal(bill.spdxVersion, 'SPDX-2.3');
  const files = bill.files.map((f: { fileName: string }) => f.fileName);
  for (const path of ['bin/natsbox', 'share/man/man1/nsc.1', 'share/doc/natsbox/LICENSE']) {
    assert.ok(files.includes(`./${name}/${path}`), path);
  }
});

test('the Windows archive is a zip with a script per tool', { skip }, () => {
  const bytes = readFileSync(join(out, `natsbox-${version}-windows-x64.zip`));
  const python =
    'import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint("\\n".join(z.namelist()))\n';
  const listed = run('python3', ['-c', python, join(out, `natsbox-${version}-windows-x64.zip`)]);
  const list = listed.status === 0 ? listed.out : bytes.toString('latin1');
  assert.match(list, /bin\/natsbox\.exe/);
  for (const tool of names.slice(1)) assert.ok(list.includes(`bin/${tool}.cmd`), tool);
});

test('the npm packages install without the network and without scripts', { skip }, () => {
  const prefix = join(dir, 'npm');
  mkdirSync(prefix);
  const files = [`natsbox-${version}.tgz`, `natsbox-${host.name}-${version}.tgz`].map((f) => join(out, f));
  const args = ['install', '--offline', '--no-audit', '--no-fund', '--cache', join(dir, 'cache'), '--prefix', prefix];
  const installed = run('npm', [...args, ...files], { cwd: prefix });
  assert.equal(installed.status, 0, installed.err);
  const about = JSON.parse(readFileSync(join(prefix, 'node_modules/natsbox/package.json'), 'utf8'));
  assert.equal(about.scripts, undefined);
  assert.deepEqual(
    Object.keys(about.optionalDependencies),
    TARGETS.map((t) => `natsbox-${t.name}`),
  );
  const bin = (tool: string) => join(prefix, 'node_modules/.bin', tool);
  const direct = run(built, ['nats', '--help']);
  assert.deepEqual(run(bin('nats'), ['--help']), direct);
  assert.match(run(bin('nk'), ['-gen', 'user', '-pubout']).out, /^SU\S+\nU\S+\n$/);
  const refused = run(bin('nats'), ['no-such-command']);
  assert.equal(refused.status, 1, 'the exit status passes through');
});

const PROGRAM = `
import { connect } from 'natsbox/client';
import { jetStream, type StreamInfo } from 'natsbox/client/jetstream';
import { bucketStreamConfig, type Bucket } from 'natsbox/client/kv';
import { objectStreamConfig } from 'natsbox/client/objects';
import { addService } from 'natsbox/client/services';
import { createServer } from 'natsbox/server';

const server = await createServer({ host: '127.0.0.1', port: 0 });
const nc = await connect({ servers: server.url });
addService(nc, { name: 's', version: '1.0.0', description: '', endpoints: [
  { name: 'e', subject: 'upper', handler: (msg) => void msg.respond(msg.string().toUpperCase()) },
] });
const answer: string = (await nc.request('upper', 'quiet')).string();
const last: StreamInfo['state']['last_seq'] | Bucket['name'] = 0n;
console.log(answer, last, jetStream(nc).prefix, bucketStreamConfig('b', {}).name, objectStreamConfig('o', {}).name);
await nc.close();
await server.close();
`;

test('programs import client and server from the package, with their types', { skip }, () => {
  const cwd = join(dir, 'npm');
  writeFileSync(join(cwd, 'program.mts'), PROGRAM);
  const strict = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024'];
  const node = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const checked = run(process.execPath, [tsc, ...strict, ...node, 'program.mts'], { cwd });
  assert.deepEqual([checked.out, checked.status], ['', 0]);
  const expected = 'QUIET 0n $JS.API KV_b OBJ_o\n';
  const onBun = run(bunPath(), [join(cwd, 'program.mts')]);
  assert.deepEqual([onBun.out, onBun.err], [expected, '']);
  if (!isNewNode()) return;
  const onNode = run('node', [join(cwd, 'program.mts')]);
  assert.deepEqual([onNode.out, onNode.status], [expected, 0], onNode.err);
});

test('without an executable the commands run on Node, or say which Node they need', { skip }, () => {
  const bin = join(dir, 'npm/node_modules/.bin/nk');
  const r = run(bin, ['-gen', 'user', '-pubout'], { env: { NATSBOX_ON_NODE: '1' } });
  if (isNewNode()) assert.match(r.out, /^SU\S+\nU\S+\n$/, r.err);
  else assert.match(r.err, /Node 22\.18 or later is needed/);
});

test('the formula has an archive and its digest for each system it serves', { skip }, () => {
  const text = readFileSync(join(out, 'natsbox.rb'), 'utf8');
  for (const t of TARGETS.filter((t) => t.os !== 'win32' && t.libc !== 'musl')) {
    const file = `natsbox-${version}-${t.name}.tar.gz`;
    const at = text.indexOf(`/${file}"`);
    assert.notEqual(at, -1, file);
    assert.ok(text.slice(at).startsWith(`/${file}"\n      sha256 "${made.get(file)}"`), file);
  }
});

test('the setup action verifies what it downloads', { skip }, async () => {
  let spoil = '';
  const server = createServer((request, response) => {
    const bytes = readFileSync(join(out, (request.url ?? '').replace(/^\/+/, '')));
    response.end(request.url?.includes(spoil || '\0') ? Buffer.concat([bytes, Buffer.from('x')]) : bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const install = async (name: string) => {
    const cache = join(dir, name);
    mkdirSync(cache);
    const env = {
      PATH: process.env['PATH'] ?? '',
      VERSION: version,
      BASE: `http://127.0.0.1:${port}`,
      RUNNER_TOOL_CACHE: cache,
      GITHUB_PATH: join(cache, 'path'),
      GITHUB_OUTPUT: join(cache, 'output'),
    };
    const { spawn } = await import('node:child_process');
    const child = spawn(join(root, 'packaging/setup-natsbox/install.sh'), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes));
    const status = await new Promise<number | null>((done) => child.once('close', done));
    return { status, said, path: existsSync(env.GITHUB_PATH) ? readFileSync(env.GITHUB_PATH, 'utf8').trim() : '' };
  };
  try {
    const good = await install('action');
    assert.equal(good.status, 0, good.said);
    assert.equal(run(join(good.path, 'nats'), ['--version']).status, 0);
    spoil = `${host.name}.tar.gz`;
    const bad = await install('action-spoilt');
    assert.notEqual(bad.status, 0);
    assert.equal(bad.path, '');
  } finally {
    server.close();
  }
});
