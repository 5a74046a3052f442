// Restoring a stream where the subject for its chunks becomes known late, as it does between the servers of a cluster.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '#client/index.ts';
import { jetStream } from '#client/jetstream/api.ts';
import { restoreSnapshot, type SnapshotFacts } from '#client/jetstream/snapshot.ts';
import { createServer } from '#server/index.ts';

/** An S2 stream of one block that is not compressed, `bytes` long. */
function archive(bytes: number): Uint8Array {
  const head = Buffer.from('\xff\x06\x00\x00S2sTwO', 'latin1');
  const block = Buffer.alloc(4 + 4 + bytes, 7);
  block[0] = 1;
  block.writeUIntLE(bytes + 4, 1, 3);
  return Buffer.concat([head, block]);
}

test('the first chunk waits until somebody listens, and the others wait for it', async () => {
  const server = await createServer({ host: '127.0.0.1', port: 0 });
  const api = await connect({ servers: server.url });
  const got: Uint8Array[] = [];
  let refused = 0;
  // "No responders" is the only answer with headers here: after it somebody listens.
  const trace = (direction: string, line: string) => {
    if (direction !== 'in' || !line.startsWith('HMSG') || refused++ > 0) return;
    api.subscribe('chunks', {
      callback: (msg) => {
        if (msg.data.length > 0) got.push(msg.data.slice());
        msg.respond(msg.data.length > 0 ? '' : JSON.stringify({ config: { name: 'S' }, state: {} }));
      },
    });
  };
  const client = await connect({ servers: server.url, trace });
  try {
    api.subscribe('$JS.API.STREAM.RESTORE.S', {
      callback: (msg) => void msg.respond(JSON.stringify({ deliver_subject: 'chunks' })),
    });
    await api.flush();
    const whole = archive(1_500_000);
    const buffer = new Uint8Array(400_000);
    async function* pieces() {
      // One buffer again and again, as files are read.
      for (let at = 0; at < whole.length; at += buffer.length) {
        const part = whole.subarray(at, at + buffer.length);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
      }
    }
    const facts = { config: { name: 'S' }, state: {} } as unknown as SnapshotFacts;
    const result = await restoreSnapshot(jetStream(client), facts, pieces(), { idle: 5000 });
    assert.deepEqual(Buffer.concat(got), Buffer.from(whole));
    assert.equal(result.bytes, whole.length);
    assert.ok(refused > 0);
  } finally {
    await Promise.all([api.close(), client.close()]);
    await server.close();
  }
});
