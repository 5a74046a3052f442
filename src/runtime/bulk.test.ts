import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fdBulk } from './bulk.ts';

async function withFile(use: (fd: number, read: () => Buffer) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'natsbox-bulk-'));
  const path = join(dir, 'out');
  const fd = openSync(path, 'w');
  try {
    await use(fd, () => readFileSync(path));
  } finally {
    closeSync(fd);
    rmSync(dir, { recursive: true });
  }
}

const nothing = () => {};

test('bytes of any length leave in order, and the source rests while many wait', async () => {
  await withFile(async (fd, read) => {
    const told: boolean[] = [];
    const bulk = fdBulk(fd, nothing, (behind) => told.push(behind));
    const expected: Buffer[] = [];
    const put = (length: number, value: number): void => {
      const at = bulk.reserve(length);
      bulk.buf.fill(value, at, at + length);
      bulk.tail = at + length;
      expected.push(Buffer.alloc(length, value));
    };
    for (let i = 0; i < 40; i++) put(i % 7 === 0 ? 600_000 : 100_000 + i, i + 1);
    // Writing is left to another thread, so that all of it waits still.
    assert.deepEqual(told, [true]);
    await bulk.end();
    assert.deepEqual(told, [true, false]);
    assert.ok(read().equals(Buffer.concat(expected)));
  });
});

test('a little leaves at the end of the tick, and more behind it', async () => {
  await withFile(async (fd, read) => {
    const bulk = fdBulk(fd, nothing, () => assert.fail('nothing is behind'));
    for (let i = 0; i < 3; i++) {
      bulk.buf[bulk.reserve(1)] = 97 + i;
      bulk.tail += 1;
      bulk.kick();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await bulk.end();
    await bulk.end();
    assert.equal(read().toString(), 'abc');
  });
});
