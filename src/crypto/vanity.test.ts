import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodePublic, keyPairFromRaw } from './nkeys.ts';
import { matcher, searchKeys, wishProblem } from './vanity.ts';

test('the comparison of bits is that of the text', () => {
  const raw = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(raw, fc.nat(55), fc.nat(54), fc.constantFrom('A', 'B', 'Q', '7'), (bytes, length, at, letter) => {
      const text = encodePublic('user', bytes).slice(1);
      const prefix = text.slice(0, length);
      assert.equal(matcher({ kind: 'user', prefix })(bytes), true);
      const other = text.slice(0, at) + letter;
      if (wishProblem(other)) return;
      assert.equal(matcher({ kind: 'user', prefix: other })(bytes), text.startsWith(other));
    }),
    { numRuns: 500 },
  );
});

test('prefixes that can never match are named', () => {
  assert.equal(wishProblem('ABC'), undefined);
  assert.equal(wishProblem(''), undefined);
  for (const bad of ['abc', 'A1', 'A-', 'A B', '\u00c4']) assert.equal(wishProblem(bad), 'not base32', bad);
  for (const bad of ['E', 'ZA', '7']) assert.equal(wishProblem(bad), 'second letter', bad);
  assert.equal(wishProblem('A'.repeat(56)), 'too long');
});

test('what is found has the prefix, for Ed25519 and curve keys', async () => {
  for (const kind of ['account', 'curve'] as const) {
    const found = await searchKeys({ kind, prefix: 'B' }, 500);
    assert.ok(typeof found !== 'number');
    assert.equal((await keyPairFromRaw(kind, found)).publicKey[1], 'B');
  }
});

test('given secrets are tried in order, and counted when none matches', async () => {
  const secrets = new Uint8Array(32 * 40).map((_, i) => (i * 31) >> 3);
  const texts: string[] = [];
  for (let i = 0; i < 40; i++) {
    texts.push((await keyPairFromRaw('user', secrets.subarray(i * 32, i * 32 + 32))).publicKey);
  }
  const prefix = texts[23]!.slice(1, 7);
  assert.deepEqual(await searchKeys({ kind: 'user', prefix }, secrets), secrets.slice(23 * 32, 24 * 32));
  assert.equal(await searchKeys({ kind: 'user', prefix: 'ABABABAB' }, secrets), 40);
});
