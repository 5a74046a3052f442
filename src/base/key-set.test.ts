import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeySet } from './key-set.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a set of keys tells what came before', () => {
  const set = createKeySet(10_000);
  const add = (text: string) => {
    const buf = bytes(`..${text}.`);
    return set.add(buf, 2, buf.length - 1);
  };
  for (let i = 0; i < 10_000; i++) assert.equal(add(`key.${i}`), true);
  for (let i = 0; i < 10_000; i++) assert.equal(add(`key.${i}`), false);
  assert.equal(add(''), true);
  assert.equal(add(''), false);
});

test('a full set notes no more, and forgets nothing', () => {
  const set = createKeySet(1);
  const noted: string[] = [];
  for (let i = 0; i < 2000; i++) {
    const buf = bytes(`k${i}`);
    assert.equal(set.add(buf, 0, buf.length), true);
    if (i < 700) noted.push(`k${i}`);
  }
  for (const key of noted) assert.equal(set.add(bytes(key), 0, key.length), false);
});
