// nk as people and scripts use it: the built program, real files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/bin/nk', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'natsbox-nk-'));
after(() => rmSync(dir, { recursive: true }));

function nk(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: dir,
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  return { status, out: stdout, err: stderr };
}

function ok(...args: string[]): string[] {
  const { status, out, err } = nk(...args);
  assert.deepEqual([status, err], [0, ''], args.join(' '));
  return out.trimEnd().split('\n');
}

const file = (name: string, content: string | Uint8Array) => writeFileSync(join(dir, name), content);

const letters = {
  user: 'U',
  account: 'A',
  server: 'N',
  cluster: 'C',
  operator: 'O',
  curve: 'X',
  x25519: 'X',
  module: 'M',
  service: 'V',
};

test('every kind is made, and its public key found again', () => {
  for (const [kind, letter] of Object.entries(letters)) {
    const [seed, key] = ok('-gen', kind, '-pubout') as [string, string];
    assert.match(seed, new RegExp(`^S${letter}[A-Z2-7]{56}$`));
    assert.match(key, new RegExp(`^${letter}[A-Z2-7]{55}$`));
    file('k', `# a comment\r\n-----BEGIN-----\r\n${seed}\r\n`);
    assert.deepEqual(ok('-inkey', 'k', '-pubout'), [key]);
    assert.equal(ok(`--gen=${kind.toUpperCase()}`).length, 1);
  }
});

test('sign and verify, with the seed and the public key', () => {
  const [seed, key] = ok('-gen', 'user', '-pubout') as [string, string];
  file('seed', seed);
  file('pub', key);
  const document = new Uint8Array(70_000).map((_, i) => i * 7);
  file('doc', document);
  file('sig', `${ok('-sign', 'doc', '-inkey', 'seed')[0]}\n\n`);
  assert.deepEqual(ok('-verify', 'doc', '-inkey', 'seed', '-sigfile', 'sig'), ['Verified OK']);
  assert.deepEqual(ok('-verify', 'doc', '-pubin', 'pub', '-sigfile', 'sig'), ['Verified OK']);
  document[69_999]! ^= 1;
  file('doc', document);
  assert.equal(nk('-verify', 'doc', '-pubin', 'pub', '-sigfile', 'sig').status, 1);
  const strict = nk('-verify', 'doc', '-pubin', 'pub', '-sigfile', 'sig', '-strict', '-as', 'json');
  assert.equal(strict.status, 10);
  assert.equal(JSON.parse(strict.err).error.cause, 'check-failed');
});

test('entropy decides the key; too little of it is an error', () => {
  file('e', 'x'.repeat(40));
  assert.deepEqual(ok('-gen', 'user', '-e', 'e'), ok('-gen', 'user', '-e', 'e'));
  assert.notDeepEqual(ok('-gen', 'user', '-e', '/dev/urandom'), ok('-gen', 'user', '-e', '/dev/urandom'));
  file('short', 'x'.repeat(31));
  assert.match(nk('-gen', 'user', '-e', 'short').err, /fewer than 32 bytes/);
  assert.match(nk('-gen', 'user', '-e', 'missing').err, /missing: no such file/);
});

test('a vanity search finds, gives up, and refuses what cannot be', () => {
  assert.match(ok('-gen', 'user', '-pre', 'aba')[1]!, /^UABA/);
  assert.match(ok('-gen', 'curve', '-pre', 'bb')[1]!, /^XBB/);
  assert.match(ok('-gen', 'account', '-pre', 'ca', '-e', '/dev/urandom')[1]!, /^ACA/);
  const vain = nk('-gen', 'user', '-pre', 'ABCDEFGHIJ', '-maxpre', '20000');
  assert.equal(vain.status, 1);
  assert.match(vain.err, /Failed to generate prefix after 20000 attempts/);
  assert.match(nk('-gen', 'user', '-pre', 'EA').err, /no public key reads "EA"/);
  assert.match(nk('-gen', 'user', '-pre', 'A1').err, /base32/);
  file('e', 'x'.repeat(32));
  assert.match(nk('-gen', 'user', '-pre', 'DDDD', '-e', 'e').err, /the one key of entropy file/);
});

test('data for programs', () => {
  const made = JSON.parse(ok('-gen', 'user', '-as', 'json').join('\n'));
  file('k', made.seed);
  assert.deepEqual(JSON.parse(ok('-inkey', 'k', '-pubout', '-as', 'json').join('\n')), { public: made.public });
});

test('wrong uses exit 1 with one line that says what is wrong, and never show a seed', () => {
  const seed = ok('-gen', 'user')[0]!;
  file('seed', seed);
  file('curve', ok('-gen', 'curve')[0]!);
  file('pub', ok('-inkey', 'seed', '-pubout')[0]!);
  file('doc', 'x');
  file('bad', 'not base64!');
  file('damaged', seed.replace(/.$/, 'Z').replace(/^(.{20})./, '$1A'));
  const cases: [string[], RegExp][] = [
    [['-gen', 'nothing'], /no kind of key is called "nothing"/],
    [['-e', 'x'], /only used when creating keys/],
    [['-sign', 'doc'], /requires a seed/],
    [['-sign', 'doc', '-inkey', 'curve'], /curve key cannot sign/],
    [['-sign', 'doc', '-inkey', 'pub'], /not a valid nkey seed/],
    [['-sign', 'doc', '-inkey', 'damaged'], /Could not find a valid key/],
    [['-sign', 'none', '-inkey', 'seed'], /none: no such file/],
    [['-sign', '.', '-inkey', 'seed'], /is a directory/],
    [['-verify', 'doc'], /requires a seed key via -inkey or a public key/],
    [['-verify', 'doc', '-pubin', 'pub'], /requires a signature/],
    [['-verify', 'doc', '-pubin', 'seed', '-sigfile', 'bad'], /no public key/],
    [['-verify', 'doc', '-pubin', 'pub', '-sigfile', 'bad'], /illegal base64 data at input byte 3/],
    [['-inkey', 'doc', '-pubout'], /Could not find a valid key/],
    [['-gen', 'user', '-zork'], /flag provided but not defined: -zork/],
  ];
  for (const [args, expected] of cases) {
    const { status, out, err } = nk(...args);
    assert.equal(status, 1, args.join(' '));
    assert.equal(out, '', args.join(' '));
    assert.match(err, expected);
    assert.ok(!err.includes(seed.slice(4, 24)), args.join(' '));
  }
});

test('version, usage, and words around the flags', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.deepEqual(ok('-v', '-gen', 'user'), [`nk version ${version}`]);
  for (const args of [[], ['-h'], ['--help'], ['word', '-gen', 'user'], ['-inkey', 'x']]) {
    const { status, out, err } = nk(...args);
    assert.deepEqual([status, err], [1, ''], args.join(' '));
    assert.match(out, /^Usage: nk \[options\]\n/);
  }
  assert.equal(nk('-strict').status, 2);
  assert.equal(ok('-gen', 'user', 'ignored', '-v').length, 1);
});
