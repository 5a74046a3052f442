// A compiled program without its zeros: the same memory once it is loaded, the same behaviour, and a bounded size.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bunPath } from '../../scripts/bun.mjs';
import { shrunk } from '../../scripts/shrink.ts';
import { COMPILE_FLAGS, hostTarget, originalRuntime, preparedRuntime } from '../../scripts/targets.ts';

const linux = process.platform === 'linux' ? false : 'only Linux programs are cut';
const dir = mkdtempSync(join(tmpdir(), 'natsbox-shrink-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const whole = join(dir, 'whole');
const small = join(dir, 'small');

interface Load {
  readonly offset: number;
  readonly vaddr: number;
  readonly filesz: number;
  readonly memsz: number;
  readonly align: number;
  readonly writable: boolean;
}

function loads(file: Buffer): Load[] {
  const start = Number(file.readBigUInt64LE(32));
  const headers = Array.from({ length: file.readUInt16LE(56) }, (_, k) => start + 56 * k);
  const word = (at: number) => Number(file.readBigUInt64LE(at));
  return headers
    .filter((at) => file.readUInt32LE(at) === 1)
    .map((at) => ({
      offset: word(at + 8),
      vaddr: word(at + 16),
      filesz: word(at + 32),
      memsz: word(at + 40),
      align: word(at + 48),
      writable: (file.readUInt32LE(at + 4) & 2) !== 0,
    }));
}

/** What a program finds at its addresses, and which of them it finds. */
function memory(file: Buffer): { bytes: Buffer; mapped: Uint8Array; from: number } {
  const all = loads(file);
  const from = Math.min(...all.map((l) => l.vaddr));
  const size = Math.max(...all.map((l) => l.vaddr + l.memsz)) - from;
  const bytes = Buffer.alloc(size);
  const mapped = new Uint8Array(size);
  for (const l of all) {
    file.copy(bytes, l.vaddr - from, l.offset, l.offset + l.filesz);
    mapped.fill(1, l.vaddr - from, l.vaddr - from + l.memsz);
  }
  return { bytes, mapped, from };
}

before(() => {
  if (linux) return;
  const code = join(dir, 'code.js');
  writeFileSync(
    code,
    'console.log(process.argv.length, (1234.5).toLocaleString("th"), new Date(0).toLocaleString("de"))\n',
  );
  const runtime = `--compile-executable-path=${preparedRuntime(hostTarget())}`;
  const r = spawnSync(bunPath(), ['build', ...COMPILE_FLAGS, runtime, code, `--outfile=${whole}`], {
    encoding: 'utf8',
  });
  assert.equal(r.status, 0, r.stderr);
  const { file, bytes } = shrunk(readFileSync(whole));
  assert.ok(bytes > 7_000_000, `only ${bytes} bytes went`);
  writeFileSync(small, file, { mode: 0o755 });
});

test('a program finds the same bytes at the same addresses', { skip: linux }, () => {
  const old = memory(readFileSync(whole));
  const now = memory(readFileSync(small));
  assert.equal(now.from, old.from);
  assert.equal(now.bytes.length, old.bytes.length);
  // The header and its table of segments are what has to differ; both are in the first mebibytes, which hold no code.
  assert.ok(old.bytes.subarray(0x400).equals(withoutTable(now.bytes, readFileSync(small)).subarray(0x400)));
  let gaps = 0;
  for (let k = 0; k < now.mapped.length; k++) gaps += old.mapped[k]! - now.mapped[k]!;
  assert.ok(gaps > 5_000_000, `gaps of ${gaps} bytes`);
  for (const l of loads(readFileSync(small))) {
    assert.equal(l.offset % l.align, l.vaddr % l.align, 'a segment lies in memory as in the file');
    assert.ok(l.writable || l.memsz === l.filesz, 'only writable memory is made by the kernel');
  }
});

/** The memory with the moved table of segments cleared again, as that place was. */
function withoutTable(bytes: Buffer, file: Buffer): Buffer {
  const at = Number(file.readBigUInt64LE(32));
  return Buffer.from(bytes).fill(0, at, at + 56 * file.readUInt16LE(56));
}

test('it does what the whole one does', { skip: linux }, () => {
  const run = (program: string) => spawnSync(program, ['a'], { encoding: 'utf8', env: { LANG: 'th_TH.UTF-8' } });
  const expected = run(whole);
  assert.equal(expected.status, 0, expected.stderr);
  assert.equal(run(small).stdout, expected.stdout);
});

test('what has nothing to take out stays as it is', { skip: linux }, () => {
  const done = readFileSync(small);
  assert.equal(shrunk(done).bytes, 0, 'a second time');
  const script = Buffer.from('#!/bin/sh\n'.padEnd(128));
  assert.equal(shrunk(script).file, script);
});

test('the executable is at most 10 MB larger than the runtime', { skip: linux }, () => {
  const box = statSync(fileURLToPath(new URL('../../dist/bin/natsbox', import.meta.url))).size;
  const runtime = statSync(originalRuntime(hostTarget())).size;
  assert.ok(box <= runtime + 10_000_000, `${box - runtime} bytes over the runtime`);
});
