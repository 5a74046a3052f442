// A server that goes and comes back: subscribers go on, and say what happened.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { connect } from '#client/index.ts';
import { type NatsServer, startNatsServer, serverTest as test } from '#test/nats-server.ts';
import { createUser } from '#test/program.ts';

test('a subscriber survives its server', async () => {
  let server: NatsServer = await startNatsServer();
  const { port, url } = server;
  const user = createUser({ NATS_URL: url });
  after(async () => {
    user.remove();
    await server.stop();
  });
  const send = async (text: string) => {
    const nc = await connect({ servers: url });
    nc.publish('s', text);
    await nc.close();
  };
  const fast = user.start(['nats', 'sub', 's', '--raw']);
  const slow = user.start(['nats', 'sub', 's', '--as', 'ndjson']);
  await slow.said(/Subscribing on/);
  for (let i = 0; i < 2; i++) {
    // Until both have it: neither says when it has subscribed again.
    const wanted = new RegExp(`round ${i}`);
    const heard = Promise.all([fast.said(wanted), slow.said(wanted)]);
    let done = false;
    void heard.finally(() => {
      done = true;
    });
    while (!done) await send(`round ${i}`);
    await heard;
    if (i > 0) break;
    await server.stop(true);
    server = await startNatsServer({ port });
  }
  for (const sub of [fast, slow]) {
    const { status, err } = await sub.stop('SIGTERM');
    assert.equal(status, 143);
    assert.match(err, />>> Disconnected due to: .*will attempt reconnect/);
  }
});
