/** What a client may send: mutated streams never break the server, and mean the same however they are cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpus, hearing, tryMutations } from './server-streams.ts';

test('the kept corpus: the same answers however the stream is cut', () => {
  assert.ok(corpus.length >= 12);
  for (const { name, bytes } of corpus) {
    const whole = hearing([bytes]);
    // At every byte; long streams, whose middles are all alike, at some.
    for (let cut = 1; cut < bytes.length; cut += bytes.length > 1000 ? 61 : 1)
      assert.equal(hearing([bytes.subarray(0, cut), bytes.subarray(cut)]), whole, `${name} cut at ${cut}`);
    if (bytes.length < 1000)
      assert.equal(hearing([...bytes].map((b) => Uint8Array.of(b))), whole, `${name} byte by byte`);
  }
});

// The long form tries 100,000.
test('10,000 mutated streams: no crash, nothing left behind, no answer that depends on the cuts', () => {
  tryMutations(10_000);
});
