// The builder's parts on small made-up input: archives, packages, trees, layouts, and checks that must notice.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { application } from '../../image/app.ts';
import { checkImage, type Image, readLayout, resolvePath } from '../../image/check.ts';
import { type Deb, readDeb } from '../../image/deb.ts';
import { isElf, needs } from '../../image/elf.ts';
import { environment, labels, tagOf } from '../../image/facts.ts';
import { moduleMac } from '../../image/fips.ts';
import { changes, type Lock, lockedFor, readLock } from '../../image/lock.ts';
import { createLayout, dockerArchive, makeLayer } from '../../image/oci.ts';
import { envelope, preAuthentication, statement } from '../../image/provenance.ts';
import { rootfs } from '../../image/rootfs.ts';
import { BASE, boxComponent, npmComponents, type OwnedFile, spdx } from '../../image/sbom.ts';
import { type Entry, readTar, writeTar } from '../../image/tar.ts';
import type { Tree } from '../../image/tree.ts';
import { VARIANTS, variant } from '../../image/variants.ts';

const dir = mkdtempSync(join(tmpdir(), 'natsbox-builder-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const file = (path: string, text = '', mode = 0o644): Entry => ({
  path,
  type: 'file',
  mode,
  uid: 0,
  gid: 0,
  data: bytes(text),
});
const folder = (path: string, mode = 0o755): Entry => ({ path, type: 'dir', mode, uid: 0, gid: 0 });
const link = (path: string, target: string): Entry => ({ path, type: 'link', mode: 0o777, uid: 0, gid: 0, target });
const TIME = 1_700_000_000;

test('an archive reads back as it was written, long names included', () => {
  const long = `${'folder/'.repeat(20)}${'n'.repeat(150)}-ü`;
  const entries = [
    folder('a', 0o1777),
    file('a/f', 'x'.repeat(513), 0o755),
    { ...file('b'), uid: 65532, gid: 7 },
    link('c', 'a/f'),
    link('d', long),
    file(long, 'deep'),
  ];
  const plain = (e: Entry) => (e.data ? { ...e, data: Uint8Array.from(e.data) } : e);
  assert.deepEqual(readTar(writeTar(entries, TIME)).map(plain), entries);
});

test('an archive does not depend on the order of its input, and has one time', () => {
  const entries = [file('b', '2'), folder('a'), file('a/1', '1'), link('a/2', '1')];
  const one = writeTar(entries, TIME);
  assert.deepEqual(writeTar([...entries].reverse(), TIME), one);
  assert.notDeepEqual(writeTar(entries, TIME + 1), one);
  assert.deepEqual(
    readTar(one).map((e) => e.path),
    ['a', 'a/1', 'a/2', 'b'],
  );
});

test('an archive cannot climb out of its root', () => {
  const evil = Buffer.from(writeTar([file('abcdef')], TIME));
  evil.write('a/../..', 0, 'latin1');
  assert.throws(() => readTar(evil), /climbs out/);
});

function ar(members: Record<string, Uint8Array>): Uint8Array {
  const parts = [Buffer.from('!<arch>\n')];
  for (const [name, data] of Object.entries(members)) {
    const head = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(data.length).padEnd(10)}\`\n`;
    parts.push(Buffer.from(head), Buffer.from(data), Buffer.alloc(data.length % 2, '\n'));
  }
  return Buffer.concat(parts);
}

function makeDeb(name: string, files: readonly Entry[], fields = ''): Deb {
  const control = `Package: ${name}\nVersion: 1.0-1\nArchitecture: amd64\n${fields}Description: a package\n for tests\n`;
  const path = join(dir, `${name}.deb`);
  writeFileSync(
    path,
    ar({
      'debian-binary': bytes('2.0\n'),
      'control.tar.gz': gzipSync(writeTar([file('control', control), file('postinst', '#!/bin/sh\n', 0o755)], TIME)),
      'data.tar.gz': gzipSync(writeTar(files, TIME)),
    }),
  );
  return readDeb(path);
}

test('a package is read without dpkg', () => {
  const deb = makeDeb('libc6', [folder('usr'), file('usr/x', 'data')], 'Source: glibc\n');
  assert.equal(deb.name, 'libc6');
  assert.equal(deb.fields.get('Source'), 'glibc');
  assert.equal(deb.fields.get('Description'), 'a package\n for tests');
  assert.deepEqual([...deb.control.keys()], ['postinst']);
  assert.equal(Buffer.from(deb.files[1]!.data!).toString(), 'data');
  writeFileSync(join(dir, 'bad.deb'), 'something else');
  assert.throws(() => readDeb(join(dir, 'bad.deb')), /not a Debian package/);
});

const library = 'usr/lib/x86_64-linux-gnu/libc.so.6';

function base(): Tree {
  const debs = [
    makeDeb('base-files', [file('usr/lib/os-release', 'ID=debian\n'), file('etc/issue', 'no')]),
    makeDeb('libc6', [file(library, 'lib', 0o4644), file('usr/lib/x86_64-linux-gnu/libother.so', 'no')]),
    makeDeb('ca-certificates', [
      file('usr/share/ca-certificates/mozilla/B.crt', 'bbb'),
      file('usr/share/ca-certificates/mozilla/A.crt', 'aaa\n'),
    ]),
  ];
  return rootfs(variant('runtime'), 'amd64', debs, 'trixie');
}

test('the base layer takes the chosen files only, and none with raised rights', () => {
  const tree = base();
  assert.equal(tree.get(library)?.mode, 0o644);
  assert.equal(tree.has('usr/lib/x86_64-linux-gnu/libother.so'), false);
  assert.equal(tree.has('etc/issue'), false);
  assert.equal(Buffer.from(tree.get('etc/ssl/certs/ca-certificates.crt')!.data!).toString(), 'aaa\nbbb\n');
  assert.match(Buffer.from(tree.get('etc/passwd')!.data!).toString(), /^nonroot:x:65532:65532:/m);
  assert.match(Buffer.from(tree.get('var/lib/dpkg/status.d/libc6')!.data!).toString(), /^Version: 1\.0-1$/m);
  assert.match(Buffer.from(tree.get('var/lib/dpkg/status.d/libc6.md5sums')!.data!).toString(), /libc\.so\.6$/m);
  assert.throws(
    () => rootfs(variant('runtime'), 'amd64', [makeDeb('surprise', [file('x')])], 'trixie'),
    /does not say/,
  );
});

function owned(tree: Tree): OwnedFile[] {
  return tree
    .entries()
    .filter((e) => e.type === 'file')
    .map((entry) => ({ entry, owner: tree.owner(entry.path)! }));
}

const lock: Lock = {
  release: 'trixie',
  date: TIME,
  sets: { amd64: { runtime: ['libc6'] }, arm64: {} },
  packages: [
    { name: 'libc6', version: '1.0-1', arch: 'amd64', archive: 'debian', path: 'pool/x.deb', size: 1, sha256: '0' },
  ],
};

/** Checks that hold for an image whose program is a stand-in. */
const SOUND = [
  'configuration',
  'executables',
  'interpreters',
  'rights',
  'secrets',
  'paths',
  'links',
  'bills',
  'records',
];

function makeImage(change: (base: Tree, app: Tree) => void = () => {}): { layout: string; image: Image } {
  const v = variant('runtime');
  const layout = join(dir, 'layout');
  const created = new Date(TIME * 1000).toISOString().replace('.000Z', 'Z');
  const lower = base();
  const copyright = 'usr/share/doc/libc6/copyright';
  lower.file(copyright, 'free', 'libc6');
  lower.link('etc/localtime', '/etc/passwd', 'libc6');
  const upper = application(v, bytes('a program'), bytes('licence'));
  const debian = ['base-files', 'libc6', 'ca-certificates'].map((key) => ({ key, name: key, version: '1.0-1' }));
  lower.file('opt/natsbox/sbom/base.spdx.json', spdx('b', created, [...debian, BASE], owned(lower)), 'natsbox-base');
  const parts = [boxComponent(), ...npmComponents()];
  upper.file('opt/natsbox/sbom/natsbox.spdx.json', spdx('a', created, parts, owned(upper)), 'natsbox');
  change(lower, upper);
  const layers = [lower, upper].map((t) => makeLayer(t.entries(), TIME, 'layer', false));
  const facts = {
    arch: 'amd64' as const,
    created,
    user: v.user,
    cmd: v.cmd,
    env: environment(v),
    labels: labels(v, created, undefined),
  };
  const writer = createLayout(layout);
  const descriptor = writer.image(facts, layers);
  writer.finish(tagOf(v), [descriptor], [writer.referrer(descriptor, 'application/spdx+json', bytes('{}'), created)]);
  return { layout, image: readLayout(layout, v)[0]! };
}

test('a sound image passes, and its layout is complete', () => {
  const { layout, image } = makeImage();
  assert.deepEqual(checkImage(image, lock, SOUND), []);
  assert.equal(readFileSync(join(layout, 'oci-layout'), 'utf8'), '{"imageLayoutVersion":"1.0.0"}');
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  assert.equal(index.manifests[0].annotations['org.opencontainers.image.ref.name'], tagOf(variant('runtime')));
  const referrer = index.manifests[1];
  const manifest = JSON.parse(readFileSync(join(layout, 'blobs', referrer.digest.replace(':', '/')), 'utf8'));
  assert.equal(manifest.subject.mediaType, 'application/vnd.oci.image.manifest.v1+json');
  assert.ok(existsSync(join(layout, 'blobs', manifest.subject.digest.replace(':', '/'))));
});

test('each check notices what it is for', () => {
  const wrong = (change: (base: Tree, app: Tree) => void) =>
    checkImage(makeImage(change).image, lock, SOUND).join('\n');
  const seed = `S${'UA'.padEnd(57, 'A')}`;
  const cases: [RegExp, (base: Tree, app: Tree) => void][] = [
    [/executables: usr\/bin\/tool can be executed/, (b) => b.file('usr/bin/tool', '#!/x', 'libc6', 0o755)],
    [/interpreters: usr\/bin\/bash is a shell/, (b) => b.link('usr/bin/bash', '/etc/passwd', 'libc6')],
    [/rights: etc\/s is setuid or setgid/, (b) => b.file('etc/s', '', 'libc6', 0o4644)],
    [/rights: etc\/open can be written by everyone/, (b) => b.dir('etc/open', 0o777)],
    [/rights: nsc is not 65532:0/, (b) => b.dir('nsc', 0o755)],
    [/secrets: etc\/k holds a private key/, (b) => b.file('etc/k', '-----BEGIN EC PRIVATE KEY-----', 'libc6')],
    [/secrets: etc\/n holds an nkey seed/, (b) => b.file('etc/n', `seed ${seed}\n`, 'libc6')],
    [/paths: etc\/p holds the build path/, (b) => b.file('etc/p', `${process.cwd()}/src`, 'libc6')],
    [/links: etc\/l leads nowhere/, (b) => b.link('etc/l', 'nothing', 'libc6')],
    [/bills: etc\/new is in no bill/, (b) => b.file('etc/new', '', 'libc6')],
    [/bills: etc\/passwd is not the file/, (b) => b.file('etc/passwd', 'other', 'libc6')],
    [/records: scanners would not see libc6/, (b) => b.file('var/lib/dpkg/status.d/libc6', '', 'libc6')],
  ];
  for (const [expected, change] of cases) assert.match(wrong(change), expected);
});

test('a damaged blob is noticed when it is read', () => {
  const { layout, image } = makeImage();
  const blob = join(layout, 'blobs', image.manifest.layers[1]!.digest.replace(':', '/'));
  writeFileSync(blob, 'something else');
  assert.throws(() => readLayout(layout, variant('runtime')), /does not have its content/);
});

test('links are followed as the image will follow them', () => {
  const files = new Map(
    [link('lib', 'usr/lib'), folder('usr'), folder('usr/lib'), file('usr/lib/x'), link('loop', 'loop')].map((e) => [
      e.path,
      e,
    ]),
  );
  assert.equal(resolvePath(files, '/lib/x')?.path, 'usr/lib/x');
  assert.equal(resolvePath(files, '/lib/../lib/x')?.path, 'usr/lib/x');
  assert.equal(resolvePath(files, '/lib/y'), undefined);
  assert.equal(resolvePath(files, '/loop'), undefined);
});

test('an archive for docker load names its layers by their digests', () => {
  const layer = makeLayer([file('a', 'x')], TIME, 'one', false);
  const facts = { arch: 'amd64' as const, created: 'now', user: '1:1', cmd: ['x'], env: [], labels: {} };
  const entries = readTar(dockerArchive(facts, [layer], 'natsbox:test', TIME));
  const manifest = JSON.parse(Buffer.from(entries.find((e) => e.path === 'manifest.json')!.data!).toString());
  assert.deepEqual(manifest[0].RepoTags, ['natsbox:test']);
  assert.deepEqual(manifest[0].Layers, [`${layer.diffId.slice(7)}.tar`]);
  assert.deepEqual(entries.find((e) => e.path === manifest[0].Layers[0])?.data, Buffer.from(layer.tar));
});

test('the lock has every variant for both architectures, and names no host', () => {
  const real = readLock();
  for (const v of VARIANTS) {
    const names = (['amd64', 'arm64'] as const).map((arch) => lockedFor(real, v, arch).map((p) => p.name));
    assert.ok(names[0]!.length > 5, v.name);
    for (const p of v.packages) assert.ok(names[1]!.includes(p), `${v.name} lacks ${p}`);
  }
  assert.doesNotMatch(JSON.stringify(real), /:\/\/|[a-z]\.(org|com|net)\b/);
  for (const p of real.packages) assert.match(p.path, /^pool\/[^:]+\.deb$/);
});

test('a security update is told from other changes', () => {
  const one = lock.packages[0]!;
  const from = (next: Partial<typeof one>) => changes(lock, { ...lock, packages: [{ ...one, sha256: '1', ...next }] });
  assert.deepEqual(changes(lock, lock), []);
  assert.equal(from({ version: '1.0-2' })[0]?.security, false);
  assert.equal(from({ version: '1.0-1', archive: 'debian-security' })[0]?.security, true);
  assert.equal(from({ version: '1.0-1+deb13u2' })[0]?.security, true);
  assert.equal(changes(lock, { ...lock, packages: [] })[0]?.to, undefined);
});

test('a statement names its subjects, and signs what DSSE says is signed', () => {
  const payload = statement([{ name: 'x', sha256: 'ab' }], { variant: 'runtime' }, [
    { uri: 'git', digest: { gitCommit: '1' } },
  ]);
  const said = JSON.parse(Buffer.from(payload).toString());
  assert.equal(said.predicateType, 'https://slsa.dev/provenance/v1');
  assert.deepEqual(said.subject, [{ name: 'x', digest: { sha256: 'ab' } }]);
  const unsigned = JSON.parse(Buffer.from(envelope(payload)).toString());
  assert.deepEqual(unsigned.signatures, []);
  assert.equal(
    Buffer.from(preAuthentication(bytes('hello'))).toString(),
    'DSSEv1 28 application/vnd.in-toto+json 5 hello',
  );
});

test('the integrity value of a provider has the form fipsinstall writes', () => {
  assert.match(moduleMac(bytes('a provider')), /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.notEqual(moduleMac(bytes('a provider')), moduleMac(bytes('b provider')));
});

test('needed libraries are read from a program of this machine', { skip: process.platform !== 'linux' }, () => {
  const self = readFileSync(process.execPath);
  assert.equal(isElf(self), true);
  const { loader, libraries } = needs(self);
  assert.match(loader ?? '', /^\/lib.*ld-/);
  assert.ok(libraries.some((l) => /^libc\./.test(l)));
  assert.equal(isElf(bytes('#!/bin/sh')), false);
});
