// The runtime that no longer touches memory ahead: its thread is gone, and the heap grows as before.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bunPath } from '../../scripts/bun.mjs';
import { calm } from '../../scripts/calm.ts';

const dir = mkdtempSync(join(tmpdir(), 'natsbox-calm-'));
after(() => rmSync(dir, { recursive: true, force: true }));

// Enough objects for some hundred blocks, then the names of the threads. The thread ends when it has been idle for 10 s.
const GROW = `
import { readdirSync, readFileSync } from 'node:fs';
const kept = [];
for (let i = 0; i < 200_000; i++) kept.push({ i, next: [i] });
const tasks = readdirSync('/proc/self/task').map((t) => readFileSync('/proc/self/task/' + t + '/comm', 'utf8').trim());
console.log(kept.length, tasks.includes('JSCWarmUp'));
`;

test('the engine starts no thread that touches memory ahead', { skip: process.platform !== 'linux' }, () => {
  const runtime = join(dir, 'bun');
  const code = join(dir, 'grow.mjs');
  writeFileSync(code, GROW);
  copyFileSync(bunPath(), runtime);
  const grow = (program: string) => spawnSync(program, [code], { encoding: 'utf8' }).stdout;
  assert.equal(grow(bunPath()), '200000 true\n');
  assert.ok(calm(runtime));
  assert.equal(grow(runtime), '200000 false\n');
  assert.equal(calm(runtime), false, 'a second time there is nothing left to do');
});
