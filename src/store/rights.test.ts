// What a store does with places it may not look at or write to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeRuntime } from '#runtime/fake.ts';
import type { Files } from '#runtime/runtime.ts';
import { openDisk } from './disk.ts';
import { lockDir } from './lock.ts';

const refused = (code: string) => () => Promise.reject(Object.assign(new Error(`${code}: refused`), { code }));

function runtimeWith(files: Partial<Files>) {
  const runtime = fakeRuntime();
  return { ...runtime, files: { ...runtime.files, ...files } };
}

test('what may not be looked at is there, what cannot be there is not', async () => {
  const answers: readonly (readonly [code: string, there: boolean])[] = [
    ['EACCES', true],
    ['ENOTDIR', false],
    ['ENAMETOOLONG', false],
  ];
  for (const [code, there] of answers) {
    assert.equal(await openDisk(runtimeWith({ exists: refused(code) })).has('/stores/O'), there, code);
  }
  await assert.rejects(openDisk(runtimeWith({ exists: refused('EIO') })).has('/stores/O'), /EIO/);
});

test('a folder that may not be written to is locked by nobody, and needs no lock for a look', async () => {
  for (const code of ['EACCES', 'EROFS', 'EPERM']) {
    const runtime = runtimeWith({ createNew: refused(code) });
    await (await lockDir(runtime, '/stores', { look: true }))();
    await assert.rejects(lockDir(runtime, '/stores'), /error writing `\/stores`/, code);
  }
  const full = runtimeWith({ createNew: refused('ENOSPC') });
  await assert.rejects(lockDir(full, '/stores', { look: true }), /ENOSPC/);
});
