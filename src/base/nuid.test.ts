import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNuid, NUID_LENGTH, nuid } from './nuid.ts';

test('22 characters of base 62, all different', () => {
  const next = createNuid();
  const seen = new Set<string>();
  for (let i = 0; i < 50_000; i++) {
    const id = next();
    assert.match(id, /^[0-9A-Za-z]{22}$/);
    seen.add(id);
  }
  assert.equal(seen.size, 50_000);
  assert.equal(NUID_LENGTH, 22);
});

test('two generators differ from the first character block on', () => {
  assert.notEqual(createNuid()().slice(0, 12), createNuid()().slice(0, 12));
  assert.notEqual(nuid(), nuid());
});
