// The runtime whose defaults were changed: the thread that touches memory ahead is gone and the heap grows as before, the
// engine itself says that its last compiler waits, and the allocator that holes are left alone.
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

const runtime = join(dir, 'bun');

test('all defaults are found, once', { skip: process.platform !== 'linux' }, () => {
  copyFileSync(bunPath(), runtime);
  assert.deepEqual(calm(runtime), ['memory', 'compiler', 'holes']);
  assert.deepEqual(calm(runtime), [], 'a second time there is nothing left to do');
});

test('the engine starts no thread that touches memory ahead', { skip: process.platform !== 'linux' }, () => {
  const code = join(dir, 'grow.mjs');
  writeFileSync(code, GROW);
  const grow = (program: string) => spawnSync(program, [code], { encoding: 'utf8' }).stdout;
  assert.equal(grow(bunPath()), '200000 true\n');
  assert.equal(grow(runtime), '200000 false\n');
});

test('the last compiler waits', { skip: process.platform !== 'linux' }, () => {
  const env = { ...process.env, BUN_JSC_dumpOptions: '2' };
  const code = join(dir, 'nothing.mjs');
  writeFileSync(code, 'export {};');
  const told = (program: string) => {
    const { stdout, stderr } = spawnSync(program, [code], { env, encoding: 'utf8' });
    return /thresholdForFTLOptimizeAfterWarmUp=(\d+)/.exec(stdout + stderr)?.[1];
  };
  assert.equal(told(bunPath()), '64000');
  assert.equal(told(runtime), '20000000');
});

test('holes between blocks are left alone, and no thread looks for them', {
  skip: process.platform !== 'linux',
}, () => {
  const env = { ...process.env, MIMALLOC_VERBOSE: '1' };
  const code = join(dir, 'none.mjs');
  writeFileSync(code, 'export {};');
  const told = (program: string) => {
    const { stdout, stderr } = spawnSync(program, [code], { env, encoding: 'utf8' });
    return ['scavenger', 'purge_holes'].map((name) => new RegExp(`'${name}': (\\d+)`).exec(stdout + stderr)?.[1]);
  };
  assert.deepEqual(told(bunPath()), ['1', '1']);
  assert.deepEqual(told(runtime), ['0', '0']);
});
