import { strict as assert } from 'node:assert';
import { posix } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { basename, dirname, isAbsolute, join, normalize } from './path.ts';

const part = fc.constantFrom('', '.', '..', '/', 'a', 'b.jwt', 'ü', ' ', '//', '...');
const path = fc.array(part, { maxLength: 8 }).chain((parts) => fc.constantFrom(parts.join('/'), parts.join('')));

test('paths are those of node:path', { skip: process.platform === 'win32' }, () => {
  fc.assert(
    fc.property(path, fc.array(path, { maxLength: 4 }), (one, more) => {
      assert.equal(normalize(one), posix.normalize(one));
      assert.equal(dirname(one), posix.dirname(one), `dirname of ${one}`);
      assert.equal(basename(one), posix.basename(one), `basename of ${one}`);
      assert.equal(isAbsolute(one), posix.isAbsolute(one));
      assert.equal(join(one, ...more), posix.join(one, ...more));
    }),
    { numRuns: 2000 },
  );
});
