// What a full disk cuts short is no success. A limit on the size of files stands for the disk.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createUser } from '#test/program.ts';

const user = createUser();
after(() => user.remove());

/** Runs a line whose stdout is a file that may hold so many blocks of 1 kB. */
function runLimited(line: string, blocks: number) {
  const script = `trap '' XFSZ; ulimit -f ${blocks}; ${line} > ${join(user.home, 'out')}`;
  return user.run(['bash', '-c', script]);
}

for (const line of ['nk -gen user', 'nats schema search', 'nats --help-long', 'nats context ls --as json']) {
  test(`${line}: a file that cannot hold what is said fails the command`, async () => {
    const ran = await runLimited(line, 0);
    assert.deepEqual([ran.status, ran.err], [1, 'Error: write /dev/stdout: file too large\n']);
    const fits = await runLimited(line, 1000);
    assert.deepEqual([fits.status, fits.err], [0, '']);
    assert.match(readFileSync(join(user.home, 'out'), 'utf8'), /\n$/);
  });
}

test('lines follow each other in a file, and what was there stays', async () => {
  const ran = await user.run(['bash', '-c', '(nk -gen user; nk -gen account) > two; nk -gen operator >> two']);
  assert.equal(ran.status, 0, ran.err);
  assert.match(readFileSync(join(user.home, 'two'), 'utf8'), /^SU\w{56}\nSA\w{56}\nSO\w{56}\n$/);
});
