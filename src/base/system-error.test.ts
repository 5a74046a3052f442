import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemMessage } from './system-error.ts';

test('what the system refuses, as Go names it', () => {
  const failed = (code: string, syscall: string, path?: string) => systemMessage({ code, syscall, path });
  assert.equal(failed('ENOENT', 'open', '/nowhere/x'), 'open /nowhere/x: no such file or directory');
  assert.equal(failed('ENOTDIR', 'scandir', 'notes'), 'open notes: not a directory');
  assert.equal(failed('EISDIR', 'read', '/tmp'), 'read /tmp: is a directory');
  assert.equal(failed('ECONNREFUSED', 'connect', '/tmp/s'), undefined);
  assert.equal(failed('ENOENT', 'open'), undefined);
});
