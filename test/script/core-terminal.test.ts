// What others send cannot steer the terminal of who looks at it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test as plainTest } from 'node:test';
import { connect } from '#client/index.ts';
import type { Connection } from '#client/types.ts';
import { createServer, type Server } from '#server/index.ts';
import { createUser, type User } from '#test/program.ts';

// util-linux runs a program on a terminal of its own.
const present = spawnSync('script', ['--version']).status === 0;
const test = (name: string, body: () => Promise<void>) =>
  plainTest(name, { skip: present ? false : 'no script(1) on this machine' }, body);

let server: Server;
let nc: Connection;
let user: User;
before(async () => {
  server = await createServer({ host: '127.0.0.1', port: 0 });
  nc = await connect({ servers: server.url });
  user = createUser({ NATS_URL: server.url, TERM: 'xterm', COLUMNS: '100' });
});
after(async () => {
  await nc.close();
  user.remove();
  await server.close();
});

const hostile = '\x1b]0;title\x07\x1b[2J\u202eok\r\nsecond';

/** Runs `nats sub` on a terminal and publishes until it has its message. */
async function onTerminal(subject: string, flags: string, publish: () => void): Promise<string> {
  const sub = user.start(['script', '-qec', `nats sub '${subject}' --count 1 ${flags}`, '/dev/null']);
  const timer = setInterval(publish, 20);
  const { out } = await sub.ended;
  clearInterval(timer);
  return out;
}

test('bodies, headers and subjects', async () => {
  for (const flags of ['', '--raw', '--as ndjson', '--codec text', '--codec json', '--translate cat', '--timestamp']) {
    const out = await onTerminal('t.>', flags, () =>
      nc.publish('t.\x1b[31m', hostile, { headers: { K: 'v\x1b[1m' }, reply: 'r\x1b[7m' }),
    );
    assert.ok(!/[\x1b\x07\u202e\x9b]/.test(out), `${flags}: ${JSON.stringify(out)}`);
    assert.match(out, /second/, flags);
    assert.match(out, /\\(e|x1b|u001b)/, flags);
  }
});

test('bytes that are no text are a hex dump', async () => {
  const out = await onTerminal('b', '--raw', () => nc.publish('b', Uint8Array.from([0, 1, 0x9b, 0xff, 65])));
  assert.match(out, /00000000 {2}00 01 9b ff 41 .*\|\.\.\.\.A\|/);
});

test('replies and requests', async () => {
  nc.subscribe('svc', { callback: (m) => m.respond(hostile, { headers: { K: '\x1b[5m' } }) });
  const req = await user.run(['script', '-qec', 'nats req svc x', '/dev/null']);
  assert.ok(!/[\x1b\x07\u202e]/.test(req.out), JSON.stringify(req.out));
  assert.match(req.out, /second/);
  const reply = user.start(['script', '-qec', 'nats reply r --count 1', '/dev/null']);
  await reply.said(/Listening/);
  await nc.request('r', hostile, { headers: { K: '\x1b[5m' } });
  const { out } = await reply.ended;
  assert.ok(!/[\x1b\x07\u202e]/.test(out), JSON.stringify(out));
});
