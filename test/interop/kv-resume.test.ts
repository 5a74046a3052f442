// A listing of keys that loses its server in the middle: every key once, none forgotten.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '#client/index.ts';
import { jetStream } from '#client/jetstream/api.ts';
import { createBucket } from '#client/kv.ts';
import { currentEntries } from '#client/kv-read.ts';
import { freePort, serverTest, startNatsServer } from '../lib/nats-server.ts';

const KEYS = 20_000;

serverTest('a listing goes on after a reconnect without telling a key twice', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'natsbox-kv-'));
  const options = { jetstream: true, port: await freePort(), dir };
  let server = await startNatsServer(options);
  const connection = await connect({ servers: server.url, maxReconnects: -1, reconnectWait: 50 });
  try {
    const js = jetStream(connection, { timeout: 10_000 });
    const config = { name: 'KV_B', subjects: ['$KV.B.>'], max_msgs_per_subject: 5, allow_direct: true };
    const bucket = await createBucket(js, 'B', config as Parameters<typeof createBucket>[2]);
    for (let i = 1; i < KEYS; i++) {
      for (let version = 1; version <= 3; version++) connection.publish(`$KV.B.k${i}`, `${version}`.repeat(200));
    }
    await connection.request('$KV.B.last', '', { timeout: 60_000 });
    const seen = new Map<string, number>();
    for await (const { key } of currentEntries(bucket, {})) {
      seen.set(key, (seen.get(key) ?? 0) + 1);
      if (seen.size !== 100) continue;
      await server.stop(true);
      server = await startNatsServer(options);
    }
    assert.equal(seen.size, KEYS);
    assert.deepEqual(
      [...seen].filter(([, count]) => count > 1),
      [],
    );
  } finally {
    await connection.close();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});

serverTest('a key that is written during a listing comes once, whether it was told already or not', async () => {
  const server = await startNatsServer({ jetstream: true });
  const connection = await connect({ servers: server.url });
  const writer = await connect({ servers: server.url });
  try {
    const js = jetStream(connection, { timeout: 10_000 });
    const config = { name: 'KV_B', subjects: ['$KV.B.>'], max_msgs_per_subject: 1, allow_direct: true };
    const bucket = await createBucket(js, 'B', config as Parameters<typeof createBucket>[2]);
    for (let i = 1; i < KEYS; i++) writer.publish(`$KV.B.k${i}`, 'x'.repeat(2000));
    await writer.request('$KV.B.last', '', { timeout: 60_000 });
    const seen = new Map<string, number>();
    for await (const { key } of currentEntries(bucket, {})) {
      seen.set(key, (seen.get(key) ?? 0) + 1);
      if (seen.size !== 100) continue;
      // The server is far from the end: what is on the way is bounded, and the bucket is larger than that.
      for (let i = 1; i < 50; i++) writer.publish(`$KV.B.k${i}`, 'again');
      for (let i = KEYS - 50; i < KEYS; i++) writer.publish(`$KV.B.k${i}`, 'again');
      await writer.request('$KV.B.new', '', { timeout: 60_000 });
    }
    assert.deepEqual(
      [...seen].filter(([, count]) => count > 1),
      [],
    );
    for (let i = 1; i < KEYS; i++) assert.equal(seen.has(`k${i}`), true, `k${i}`);
    assert.equal(seen.has('last'), true);
  } finally {
    await connection.close();
    await writer.close();
    await server.stop();
  }
});
