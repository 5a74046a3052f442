import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanPath, fileNameFor } from './paths.ts';

test('cleanPath drops what means nothing', () => {
  const cases: [string, string][] = [
    ['a.txt', 'a.txt'],
    ['./a.txt', 'a.txt'],
    ['/tmp//a/./b', '/tmp/a/b'],
    ['a/../b', 'b'],
    ['../a', '../a'],
    ['../../a/..', '../..'],
    ['/..', '/'],
    ['dir/', 'dir'],
    ['', '.'],
  ];
  for (const [from, to] of cases) assert.equal(cleanPath(from), to, from);
});

test('a name from the network never leaves the folder', () => {
  assert.equal(fileNameFor('dir/one'), 'one');
  assert.equal(fileNameFor('../../etc/passwd'), 'passwd');
  assert.equal(fileNameFor('dir/'), 'dir');
  for (const bad of ['', '/', '..', 'a/..', '.', 'a\0b', 'x/\x1b[2J'])
    assert.throws(() => fileNameFor(bad), /gives no file name/);
});
