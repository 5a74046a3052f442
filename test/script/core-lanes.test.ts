// `nats pub` has a short lane for plain lines. It has to be told from the whole way by the clock alone.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { connect } from '#client/index.ts';
import type { Connection } from '#client/types.ts';
import { beforeServer as before, type NatsServer, startNatsServer, serverTest as test } from '#test/nats-server.ts';
import { createUser, type User } from '#test/program.ts';

let server: NatsServer;
let nc: Connection;
let user: User;
before(async () => {
  server = await startNatsServer({
    config: `authorization { users: [
      { user: any, password: pw }
      { user: none, password: pw, permissions: { publish: { deny: ">" } } }
    ] }
    max_payload: 1000`,
  });
  nc = await connect({ servers: server.url, user: 'any', password: 'pw' });
  user = createUser();
});
after(async () => {
  await nc?.close();
  user?.remove();
  await server?.stop();
});

test('both lanes say, send and end the same', async () => {
  const url = `nats://any:pw@127.0.0.1:${server.port}`;
  const lines = [
    ['pub', 's', 'body', '-s', url],
    ['publish', 's', '', `--server=${url}`],
    ['-s', url, 'pub', 's', 'grüße "x"\n', '-q'],
    ['pub', 's.*', 'wildcard', '-s', url],
    ['pub', 's', `{"a": 1}`, '-s', `${url},nats://127.0.0.1:1`],
    ['pub', 'a b', 'blank', '-s', url],
    ['pub', '', 'empty', '-s', url],
    ['pub', 's', 'x'.repeat(2000), '-s', url],
    ['pub', 's', 'denied', '-s', `nats://none:pw@127.0.0.1:${server.port}`],
    ['pub', 's', 'wrong', '-s', `nats://any:bad@127.0.0.1:${server.port}`],
    ['pub', 's', 'dead', '-s', 'nats://127.0.0.1:1'],
    ['pub', 's', 'no url', '-s', 'http://127.0.0.1:1'],
    ['pub', 's', 'body', '-s', url, '-s', url],
    ['pub', 's', 'body', 'more', '-s', url],
  ];
  const got: string[] = [];
  const see = (subject: string) => nc.subscribe(subject, { callback: (m) => got.push(`${m.subject} ${m.string()}`) });
  for (const subject of ['*', 's.>']) see(subject);
  await nc.flush();
  for (const argv of lines) {
    const seen: unknown[] = [];
    // A variable that says what holds anyway is enough for the whole way.
    for (const env of [{}, { NATS_TIMEOUT: '5s' }] as Record<string, string>[]) {
      const { status, out, err } = await user.run(['nats', ...argv], { env });
      await nc.flush();
      seen.push([status, out, err.replace(/\d\d:\d\d:\d\d/g, 'TIME'), got.splice(0)]);
    }
    assert.deepEqual(seen[0], seen[1], argv.join(' '));
  }
});
