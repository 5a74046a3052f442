import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareKeys } from './io.ts';
import type { Key } from './keys.ts';

const key = (name: string): Key => ({ name, text: name, ctrl: false, alt: false, shift: false });

test('readers take turns, and no key is lost', async () => {
  let send: (k: Key) => void = () => {};
  async function* source() {
    yield key('a');
    yield key('b');
    yield await new Promise<Key>((resolve) => (send = resolve));
  }
  const keys = shareKeys(source());
  const first = keys()[Symbol.asyncIterator]();
  assert.equal((await first.next()).value?.name, 'a');
  await first.return?.();
  const second = keys()[Symbol.asyncIterator]();
  assert.equal((await second.next()).value?.name, 'b');
  const unanswered = second.next();
  await second.return?.();
  assert.equal((await unanswered).done, true);
  const third = keys()[Symbol.asyncIterator]();
  const waiting = third.next();
  send(key('c'));
  assert.equal((await waiting).value?.name, 'c');
  assert.equal((await third.next()).done, true);
  assert.equal((await keys()[Symbol.asyncIterator]().next()).done, true);
});

test('a key that comes while a reader leaves goes to the next one', async () => {
  let send: (k: Key) => void = () => {};
  async function* source() {
    yield await new Promise<Key>((resolve) => (send = resolve));
  }
  const keys = shareKeys(source());
  const first = keys()[Symbol.asyncIterator]();
  const unanswered = first.next();
  await Promise.resolve();
  send(key('x'));
  await first.return?.();
  assert.equal((await unanswered).done, true);
  assert.equal((await keys()[Symbol.asyncIterator]().next()).value?.name, 'x');
});
