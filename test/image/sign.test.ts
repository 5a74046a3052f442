// Signatures of Mach-O files, on one that is made here: whole, changed, and left behind by a compiler.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sign, signatureFaults } from '../../scripts/sign.ts';

const dir = mkdtempSync(join(tmpdir(), 'natsbox-sign-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const CODE = 0x5000;
/** Where the signature begins: in the middle of a page, as in real programs. */
const LIMIT = CODE + 0x130;

/** An Intel program with two segments, and `left` bytes of a signature that means nothing. */
function program(left: number): string {
  const file = Buffer.alloc(LIMIT + left, 0x5a);
  file.fill(0, 0, 0x400);
  for (const [k, word] of [0xfeedfacf, 0x01000007, 3, 2, 3, 72 + 72 + 16].entries()) file.writeUInt32LE(word, 4 * k);
  const segment = (at: number, name: string, from: number, size: number) => {
    file.writeUInt32LE(0x19, at);
    file.writeUInt32LE(72, at + 4);
    file.write(name, at + 8, 'latin1');
    const words = [from, Math.ceil(size / 0x1000) * 0x1000, from, size];
    for (const [k, word] of words.entries()) file.writeBigUInt64LE(BigInt(word), at + 24 + 8 * k);
  };
  segment(32, '__TEXT', 0, CODE);
  segment(104, '__LINKEDIT', CODE, LIMIT - CODE + left);
  for (const [k, word] of [0x1d, 16, LIMIT, left].entries()) file.writeUInt32LE(word, 176 + 4 * k);
  const path = join(dir, `program-${left}`);
  writeFileSync(path, file);
  return path;
}

test('a program gets a signature that fits, once', () => {
  for (const left of [64, 4000]) {
    const path = program(left);
    assert.notDeepEqual(signatureFaults(readFileSync(path)), []);
    assert.equal(sign(path), true);
    const signed = readFileSync(path);
    assert.deepEqual(signatureFaults(signed), []);
    assert.equal(sign(path), false, 'it fits already');
    assert.deepEqual(readFileSync(path), signed);
    // The last segment ends with the file, and memory for it is whole pages.
    assert.equal(signed.readBigUInt64LE(104 + 40) + signed.readBigUInt64LE(104 + 48), BigInt(signed.length));
    assert.equal(signed.readBigUInt64LE(104 + 32), 0x1000n);
    // One hash for each page, the last for the part of it that is covered.
    assert.equal(signed.readUInt32BE(LIMIT + 20 + 28), 6);
  }
});

test('whatever changes is noticed', () => {
  const path = program(64);
  sign(path);
  const signed = readFileSync(path);
  for (const at of [100, 0x1000, LIMIT - 1]) {
    const changed = Buffer.from(signed);
    changed[at]! ^= 1;
    assert.match(String(signatureFaults(changed)), /1 of 6 pages are not the signed ones/, `byte ${at}`);
  }
  assert.match(String(signatureFaults(Buffer.concat([signed, Buffer.alloc(8)]))), /the file at/);
  assert.throws(() => signatureFaults(Buffer.alloc(100)), /no 64-bit Mach-O file/);
});
