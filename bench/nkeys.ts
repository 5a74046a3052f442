// Signing, verifying and the vanity search: our rates beside the official library's pure JavaScript, and one thread
// beside all. Run with: node scripts/bun.mjs bench/nkeys.ts
import { availableParallelism } from 'node:os';
import * as official from '@nats-io/nkeys';
import { nativeCurves } from '#crypto/ed25519.ts';
import { createKeyPair, keyPairFromSeed, verifySignature } from '#crypto/nkeys.ts';
import { searchVanity } from '#tools/nk/vanity.ts';

const SECONDS = 0.7;

/** Calls per second of `call`, over a fixed time. */
async function rate(call: () => unknown): Promise<number> {
  await call();
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < SECONDS * 1000; count++) await call();
  return (count * 1000) / (performance.now() - start);
}

const theirs = official.createUser();
const ours = await keyPairFromSeed(theirs.getSeed());
const data = crypto.getRandomValues(new Uint8Array(100));
const signature = await ours.sign(data);
await nativeCurves();

const pairs: [string, () => unknown, () => unknown][] = [
  ['sign 100 B', () => ours.sign(data), () => theirs.sign(data)],
  ['verify', () => verifySignature(ours.publicKey, data, signature), () => theirs.verify(data, signature)],
  ['new key', () => createKeyPair('user'), () => official.createUser().getPublicKey()],
];
for (const [name, mine, other] of pairs) {
  const [fast, slow] = [await rate(mine), await rate(other)];
  console.log(`${name}: ${fast.toFixed(0)}/s, pure JavaScript ${slow.toFixed(0)}/s, ${(fast / slow).toFixed(0)}x`);
}

const max = 60_000;
async function search(threads: number): Promise<number> {
  const start = performance.now();
  await searchVanity({ kind: 'user', prefix: 'DDDDDDDDDD' }, { max, threads });
  return (max * 1000) / (performance.now() - start);
}
const threads = availableParallelism();
const [one, all] = [await search(1), await search(threads)];
console.log(
  `vanity: ${one.toFixed(0)}/s with 1 thread, ${all.toFixed(0)}/s with ${threads}, ${(all / one).toFixed(2)}x`,
);
