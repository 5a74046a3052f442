// nats server check: every kind is OK, WARNING, CRITICAL and UNKNOWN because something is so.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { after } from 'node:test';
import { createKeyPair } from '#crypto/nkeys.ts';
import { credsText, signJwt } from '../lib/jwt.ts';
import { beforeServer, freePort, type NatsServer, serverTest, startNatsServer } from '../lib/nats-server.ts';
import { createUser, type Started, type User } from '../lib/program.ts';
import { until } from '../lib/super-cluster.ts';

let server: NatsServer;
let user: User;
const held: Started[] = [];
const limits = 'max_memory: 1MB, max_store: 1MB, max_streams: 4, max_consumers: 100';

beforeServer(async () => {
  user = createUser({ NO_COLOR: '1' });
  server = await startNatsServer({
    jetstream: true,
    config: `server_name: n1
accounts { SYS: { users: [ {user: sys, password: sys} ] }, APP: { jetstream: { ${limits} }, users: [ {user: app, password: app} ] } }
system_account: SYS
`,
  });
});
after(async () => {
  await Promise.all(held.map((program) => program.stop('SIGKILL')));
  user?.remove();
  await server?.stop();
});

const url = (login: string) => server.url.replace('//', `//${login}@`);
const nats = (login: string, ...args: string[]) => user.run(['nats', '-s', url(login), ...args]);
const app = (...args: string[]) => nats('app:app', ...args);

const statuses = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** Runs a check, and holds its exit status, its line and its JSON against what is expected. */
async function expect(
  status: (typeof statuses)[number],
  login: string,
  kind: string,
  ...flags: string[]
): Promise<void> {
  const strict = status === 'UNKNOWN' ? ['--strict'] : [];
  const line = ['server', 'check', kind, ...flags, ...strict];
  const plain = await nats(login, ...line);
  const about = `${line.join(' ')}: ${plain.out}${plain.err}`;
  assert.equal(plain.status, statuses.indexOf(status), about);
  assert.match(plain.out, new RegExp(`^${status} `), about);
  const json = await nats(login, ...line, '--format', 'json');
  assert.equal((JSON.parse(json.out) as { status: string }).status, status, about);
}

/** A login that is refused tells nothing of what is checked; the original says critical, and so do we without --strict. */
async function isUnknown(kind: string, ...flags: string[]): Promise<void> {
  await expect('UNKNOWN', 'app:wrong', kind, ...flags);
  const plain = await nats('app:wrong', 'server', 'check', kind, ...flags);
  assert.equal(plain.status, 2, plain.out);
}

serverTest('connection', async () => {
  await expect('OK', 'app:app', 'connection');
  await expect('WARNING', 'app:app', 'connection', '--rtt-warn', '1ns');
  await expect('CRITICAL', 'app:app', 'connection', '--rtt-critical', '1ns');
  const nobody = await user.run([
    'nats',
    '-s',
    `nats://127.0.0.1:${await freePort()}`,
    'server',
    'check',
    'connection',
  ]);
  assert.equal(nobody.status, 2);
  await isUnknown('connection');
  const missing = await user.run([
    'nats',
    '-s',
    server.url,
    '--creds',
    'nope.creds',
    'server',
    'check',
    'connection',
    '--strict',
  ]);
  assert.equal(missing.status, 3, missing.out + missing.err);
});

serverTest('stream and message', async () => {
  assert.equal((await app('stream', 'add', 'S', '--subjects', 's', '--defaults')).status, 0);
  for (const text of ['1', '2', '3']) await app('pub', 's', text, '--jetstream');
  const stream = ['--stream', 'S', '--msgs-warn', '2', '--msgs-critical', '1'];
  const message = ['--stream', 'S', '--subject', 's', '--age-critical', '1h', '--content', '^3$'];
  await expect('OK', 'app:app', 'stream', ...stream);
  await expect('OK', 'app:app', 'message', ...message);
  await expect('WARNING', 'app:app', 'message', ...message, '--age-warn', '1ms');
  await app('stream', 'purge', 'S', '--keep', '2', '--force');
  await expect('WARNING', 'app:app', 'stream', ...stream);
  await app('pub', 's', 'other', '--jetstream');
  await expect('CRITICAL', 'app:app', 'message', ...message);
  await app('stream', 'purge', 'S', '--force');
  await expect('CRITICAL', 'app:app', 'stream', ...stream);
  await expect('CRITICAL', 'app:app', 'stream', '--stream', 'NOPE');
  const saved = `${user.home}/result.txt`;
  await app('server', 'check', 'stream', '--stream', 'a b', '--outfile', saved);
  assert.equal(
    readFileSync(saved, 'utf8'),
    'CRITICAL a b Crit:could not load info: "a b" is not a valid stream name\n',
  );
  assert.equal(statSync(saved).mode & 0o777, 0o600);
  await app('stream', 'add', 'M', '--subjects', 'm', '--metadata', 'io.nats.monitor.msgs-warn=x', '--defaults');
  const wrong = await app('server', 'check', 'stream', '--stream', 'M');
  assert.match(wrong.out, /could not configure based on metadata: strconv\.ParseUint: parsing "x": invalid syntax$/m);
  await app('stream', 'rm', 'M', '--force');
  await isUnknown('stream', '--stream', 'S');
  await isUnknown('message', ...message);
});

serverTest('consumer', async () => {
  assert.equal((await app('stream', 'add', 'C', '--subjects', 'c', '--defaults')).status, 0);
  assert.equal(
    (await app('consumer', 'add', 'C', 'C', '--pull', '--ack', 'explicit', '--wait', '1h', '--defaults')).status,
    0,
  );
  const flags = ['--stream', 'C', '--consumer', 'C', '--outstanding-ack-critical', '2', '--unprocessed-critical', '3'];
  await expect('OK', 'app:app', 'consumer', ...flags);
  for (const text of ['1', '2', '3']) await app('pub', 'c', text, '--jetstream');
  await expect('CRITICAL', 'app:app', 'consumer', ...flags);
  await app('consumer', 'next', 'C', 'C', '--no-ack', '--count', '1');
  await expect('OK', 'app:app', 'consumer', ...flags);
  await app('consumer', 'next', 'C', 'C', '--no-ack', '--count', '1');
  await expect('CRITICAL', 'app:app', 'consumer', ...flags);
  await isUnknown('consumer', ...flags);
});

serverTest('request', async () => {
  await expect('CRITICAL', 'app:app', 'request', '--subject', 'svc');
  held.push(user.start(['nats', '-s', url('app:app'), 'reply', 'svc', 'fine']));
  await until(
    'somebody answers',
    async () => (await app('server', 'check', 'request', '--subject', 'svc')).status === 0,
  );
  await expect('OK', 'app:app', 'request', '--subject', 'svc', '--match-payload', '^fine$');
  await expect('CRITICAL', 'app:app', 'request', '--subject', 'svc', '--match-payload', '^bad$');
  await expect(
    'WARNING',
    'app:app',
    'request',
    '--subject',
    'svc',
    '--response-warn',
    '1ns',
    '--response-critical',
    '1h',
  );
  const broken = await app('server', 'check', 'request', '--subject', 'svc', '--match-payload', '(');
  assert.equal(broken.status, 1);
  assert.match(broken.err, /^nats: error: error parsing regexp: missing closing \): `\(`$/m);
  await isUnknown('request', '--subject', 'svc');
});

serverTest('kv', async () => {
  assert.equal((await app('kv', 'add', 'B')).status, 0);
  const flags = ['--bucket', 'B', '--values-warn', '2', '--values-critical', '3'];
  await expect('OK', 'app:app', 'kv', ...flags);
  await app('kv', 'put', 'B', 'a', '1');
  await app('kv', 'put', 'B', 'b', '1');
  await expect('WARNING', 'app:app', 'kv', ...flags);
  await app('kv', 'put', 'B', 'c', '1');
  await expect('CRITICAL', 'app:app', 'kv', ...flags);
  await expect('CRITICAL', 'app:app', 'kv', '--bucket', 'B', '--key', 'nope');
  await isUnknown('kv', ...flags);
});

serverTest('jetstream', async () => {
  // Three of four streams are there by now.
  await expect('OK', 'app:app', 'jetstream', '--streams-warn', '80', '--streams-critical', '90');
  await expect('WARNING', 'app:app', 'jetstream', '--streams-warn', '70', '--streams-critical', '90');
  assert.equal((await app('stream', 'add', 'D', '--subjects', 'd', '--defaults')).status, 0);
  await expect('CRITICAL', 'app:app', 'jetstream', '--streams-warn', '80', '--streams-critical', '90');
  await expect('CRITICAL', 'sys:sys', 'jetstream');
  await expect('UNKNOWN', 'app:app', 'jetstream', '--streams-warn', '90', '--streams-critical', '80');
  await isUnknown('jetstream');
});

serverTest('server', async () => {
  const flags = ['--name', 'n1', '--subs-warn', '1000', '--subs-critical', '1001'];
  const conns = (warn: number, critical: number) => [
    ...flags,
    '--conn-warn',
    String(warn),
    '--conn-critical',
    String(critical),
  ];
  // The check itself and the one that answers requests; a thousand is far away.
  await expect('OK', 'sys:sys', 'server', ...conns(1000, 2000));
  await expect('WARNING', 'sys:sys', 'server', ...conns(2, 2000));
  await expect('CRITICAL', 'sys:sys', 'server', ...conns(1, 2));
  await expect('CRITICAL', 'sys:sys', 'server', '--name', 'n1', '--tls-required');
  await expect('UNKNOWN', 'sys:sys', 'server', '--name', 'n1', '--uptime-warn', '1s', '--uptime-critical', '1h');
  await isUnknown('server', ...flags);
});

serverTest('credential', async () => {
  const [account, own] = [await createKeyPair('account'), await createKeyPair('user')];
  const now = Math.floor(Date.now() / 1000);
  const file = async (name: string, exp?: number) => {
    const jwt = await signJwt(account, own.publicKey, 'u', { type: 'user' }, exp === undefined ? {} : { exp });
    return user.file(name, credsText(jwt, own), 0o600);
  };
  const flags = (path: string) => [
    '--credential',
    path,
    '--validity-warn',
    '2h',
    '--validity-critical',
    '1h',
    '--require-expiry',
  ];
  await expect('OK', 'app:app', 'credential', ...flags(await file('day.creds', now + 86_400)));
  await expect('WARNING', 'app:app', 'credential', ...flags(await file('soon.creds', now + 5400)));
  await expect('CRITICAL', 'app:app', 'credential', ...flags(await file('now.creds', now + 60)));
  await expect('CRITICAL', 'app:app', 'credential', ...flags(await file('never.creds')));
  await expect('UNKNOWN', 'app:app', 'credential', ...flags(`${user.home}/nope.creds`));
});

serverTest('a server that stands still is critical, not a wait without end', { timeout: 60_000 }, async () => {
  server.signal('SIGSTOP');
  try {
    const kinds = [['connection'], ['jetstream'], ['stream', '--stream', 'S'], ['server', '--name', 'n1']];
    await Promise.all(
      kinds.map(([kind = '', ...flags]) => expect('CRITICAL', 'app:app', kind, ...flags, '--timeout', '1s')),
    );
  } finally {
    server.signal('SIGCONT');
  }
});
