// nats events, traffic and plugins, as people and scripts run them.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '../lib/nats-server.ts';
import { createUser, type User } from '../lib/program.ts';

let server: NatsServer;
let user: User;
const login = (name: string) => ({ NATS_URL: server.url.replace('//', `//${name}:${name}@`) });

before(() => {
  user = createUser();
});
beforeServer(async () => {
  server = await startNatsServer({
    jetstream: true,
    config: `accounts { SYS: { users: [ {user: sys, password: sys} ] }, APP: { jetstream: enabled, users: [ {user: app, password: app} ] } }
system_account: SYS
`,
  });
});
after(async () => {
  user.remove();
  await server?.stop();
});

serverTest('events of the servers, as lines and as data', async () => {
  const short = user.start(['nats', 'events', '--short'], { env: login('sys') });
  const data = user.start(['nats', 'events', '--as', 'ndjson', '--fields', 'type,client.name'], { env: login('sys') });
  const all = Promise.all([
    short.said(/\[Connection\] user: app cid: \d+ in account APP/),
    short.said(/\[Disconnection\] user: app .*Client Closed/),
    data.said(/"type":"io\.nats\.server\.advisory\.v1\.client_disconnect","client":\{"name":"demo"\}/),
  ]);
  // Nothing tells when both listen: clients come and go until all is said.
  let isSaid = false;
  void all.then(() => {
    isSaid = true;
  });
  while (!isSaid) await user.run(['nats', 'pub', 'a', 'b', '--connection-name', 'demo'], { env: login('app') });
  assert.equal((await short.stop()).status, 130);
  assert.equal((await data.stop()).status, 130);
});

serverTest('advisories of JetStream that a stream kept', async () => {
  const env = login('app');
  const add = (name: string, subjects: string) =>
    user.run(['nats', 'stream', 'add', name, '--subjects', subjects, '--defaults'], { env });
  assert.equal((await add('ADVISORIES', '$JS.EVENT.ADVISORY.>')).status, 0);
  assert.equal((await add('S', 's')).status, 0);
  const events = user.start(['nats', 'events', '--stream', 'ADVISORIES', '--filter', 'STREAM_ACTION'], { env });
  await events.said(/Stream Create Action\n\n {8}Stream: S\n/);
  await events.stop('SIGTERM');
  const missing = await user.run(['nats', 'events', '--stream', 'NOPE', '--strict'], { env });
  assert.equal(missing.status, 3);
  assert.match(missing.out, /Listening for Events in stream NOPE/);
  const nothing = await user.run(['nats', 'events', '--no-srv-advisory', '--strict'], { env });
  assert.equal(nothing.status, 2);
  const both = await user.run(['nats', 'events', '--all', '--stream', 'S'], { env });
  assert.match(both.err, /cannot specify both/);
});

serverTest('traffic counts messages by kind', async () => {
  const traffic = user.start(['nats', 'traffic', '--as', 'ndjson', '--fields', 'js_api,rest,requests'], {
    env: login('app'),
  });
  await traffic.said(/"js_api"/);
  await user.run(['nats', 'pub', 't.1', 'x', '--count', '5'], { env: login('app') });
  await traffic.said(/"rest":5\b/);
  await user.run(['nats', 'stream', 'info', 'S', '--json'], { env: login('app') });
  await traffic.said(/"js_api":[1-9]/);
  assert.equal((await traffic.stop()).status, 130);
});

test('a plugin is a command like others', async () => {
  const model = {
    ...{ name: 'x', help: 'Says hello', flags: [] },
    commands: [
      { name: 'say', help: 'Say it', args: [{ name: 'who', required: true }] },
      { name: 'fail', help: 'Fails' },
    ],
  };
  const script = `#!/bin/sh
if [ "$1" = --fisk-introspect ]; then echo '${JSON.stringify(model)}'; exit 0; fi
echo "args: $*"
[ "$1" = fail ] && exit 7
exit 0
`;
  const program = user.file('plug.sh', script, 0o755);
  const share = { XDG_DATA_HOME: `${user.home}/share` };
  const nats = (...args: string[]) => user.run(['nats', ...args], { env: share });
  const plan = await nats('plugins', 'register', 'hello', program, '--plan');
  assert.equal(plan.status, 0);
  assert.equal((await nats('hello', 'say', 'bob')).status, 1);
  assert.equal((await nats('plugins', 'register', 'hello', program)).status, 0);
  const file = `${user.home}/share/nats/cli/plugins/hello.json`;
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).cmd, program);
  assert.equal((await nats('hello', 'say', 'bob')).out, 'args: say bob\n');
  const failed = await nats('hello', 'fail');
  assert.equal(failed.status, 1);
  assert.match(failed.err, /exit status 7/);
  assert.match((await nats('--help')).out, /^ {2}hello {2,}Says hello$/m);
  assert.match((await nats('--completion-bash', 'hel')).out, /^hello$/m);
  const again = await nats('plugins', 'register', 'hello', program, '--strict');
  assert.equal(again.status, 8);
  const builtIn = await nats('plugins', 'register', 'stream', program, '--strict');
  assert.equal(builtIn.status, 8);
  user.file('share/nats/cli/plugins/broken.json', '{');
  user.file('share/nats/cli/plugins/stream.json', '{}');
  assert.equal((await nats('stream', '--help')).status, 0);
  const broken = await nats('broken');
  assert.equal(broken.status, 1);
  assert.match(broken.err, /Invalid plugin broken\.json/);
});
