// Whether the order that the compiler lays the bytecode by still is that of the code. `npm run order` records it anew.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { record } from '../../scripts/start-order.ts';
import { ORDER } from '../../scripts/targets.ts';

test('most of what starts use is in the order', () => {
  const known = new Set(readFileSync(ORDER, 'utf8').split('\n'));
  const used = record([
    ['nsc', 'env'],
    ['nk', '-gen', 'user'],
    ['nats', 'pub', 'a', 'b', '-H', 'a:b', '--server', '127.0.0.1:1'],
  ]).filter((line) => line.startsWith('F '));
  const listed = used.filter((line) => known.has(line));
  assert.ok(used.length > 300, `${used.length} functions`);
  assert.ok(listed.length > used.length * 0.75, `${listed.length} of ${used.length} functions`);
});
