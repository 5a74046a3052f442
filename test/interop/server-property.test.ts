/** Made-up permissions, imports, exports and limits: the same verdicts as nats-server's. The long form tries 300. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVerdicts } from './server-verdicts.ts';
import { realServer } from './server-world.ts';

const seed = Number(process.env.VERDICT_SEED ?? 20_261_128);

test('30 configurations', { skip: realServer() === null, timeout: 120_000 }, async () => {
  const spoken = await compareVerdicts(seed, 30);
  assert.ok(spoken > 10, `only ${spoken} were taken`);
});
