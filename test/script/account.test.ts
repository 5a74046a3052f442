// The account in use, its backup, schemas and traces: the built program against a real server.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Connection, connect } from '#client/index.ts';
import { createAuthority } from '../lib/certs.ts';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '../lib/nats-server.ts';
import { runTool } from '../lib/run-tool.ts';

const config = `
server_name: n1
jetstream { store_dir: "{{DIR}}/js" }
accounts {
  APP { jetstream: enabled, users: [{user: app, password: app}] }
  OFF { users: [{user: none, password: none}] }
  SYS { users: [{user: sys, password: sys}] }
}
system_account: SYS
no_auth_user: app
`;

let server: NatsServer;
let connection: Connection;
const cwd = mkdtempSync(join(tmpdir(), 'natsbox-account-'));

beforeServer(async () => {
  server = await startNatsServer({ config });
  connection = await connect({ servers: [server.url], name: 'watcher' });
});
after(async () => {
  await connection?.close();
  await server?.stop();
  rmSync(cwd, { recursive: true });
});

const nats = (args: readonly string[], stdin?: string) =>
  runTool('nats', args, { cwd, url: server.url, ...(stdin === undefined ? {} : { stdin }) });

async function ok(...args: string[]): Promise<string> {
  const { status, out, err } = await nats(args);
  assert.equal(status, 0, `${args.join(' ')}: ${err}`);
  return out;
}

serverTest('who is connected to what, with JetStream and without', async () => {
  const text = await ok('account', 'info');
  for (const line of ['User: app', 'Account: APP (APP)', 'Streams: 0 of Unlimited', 'TLS Connection: no']) {
    assert.ok(text.includes(`${line}\n`), line);
  }
  const data = JSON.parse(await ok('account', 'info', '--as', 'json')) as {
    rtt: number;
    jetstream: { streams: number };
  };
  assert.ok(Number.isInteger(data.rtt) && data.rtt > 0);
  assert.equal(data.jetstream.streams, 0);
  const off = await ok('--user', 'none', '--password', 'none', 'account', 'info');
  assert.match(off, /JetStream not enabled for account \(10039\)/);
});

serverTest('connections and statistics of the account need no system account', async () => {
  const names = (await ok('account', 'report', 'connections', '--jq', '.[].name')).split('\n');
  assert.ok(names.includes('"watcher"') || names.includes('watcher'), names.join());
  assert.equal(await ok('account', 'report', 'stats', '--jq', '.[].server.name', '--as', 'ndjson'), '"n1"\n');
  const nobody = await nats(['--strict', 'account', 'report', 'connections', '--username', 'nobody']);
  assert.equal(nobody.status, 3);
});

serverTest('all streams are saved and come back, and nothing is touched where one is there already', async () => {
  await ok('stream', 'add', 'S1', '--subjects', 's1.>', '--defaults');
  await ok('stream', 'add', 'S2', '--subjects', 's2.>', '--defaults');
  await ok('stream', 'add', 'MEM', '--subjects', 'mem.>', '--storage', 'memory', '--defaults');
  await ok('consumer', 'add', 'S1', 'C', '--pull', '--defaults');
  for (let i = 0; i < 20; i++) await connection.request(`s1.${i}`, `body ${i}`);
  assert.match((await nats(['account', 'backup', 'b'])).err, /--force/, 'asks');
  assert.match(await ok('account', 'backup', 'b', '--plan'), /would save stream S1 in b\/S1/);
  assert.ok(!existsSync(join(cwd, 'b')));
  assert.match(await ok('account', 'backup', 'b', '-f'), /Backup Warnings:\n {2}MEM: memory streams do not/);
  assert.deepEqual(readdirSync(join(cwd, 'b')).sort(), ['S1', 'S2']);
  assert.equal(statSync(join(cwd, 'b')).mode & 0o777, 0o700);
  assert.equal((await nats(['--strict', 'account', 'backup', 'b', '-f', '-w'])).status, 9);
  await ok('stream', 'rm', 'S1', '-f');
  const refused = await nats(['--strict', 'account', 'restore', 'b']);
  assert.equal(refused.status, 8, refused.err);
  assert.match(refused.err, /stream "S2" exists already/);
  assert.deepEqual(JSON.parse(await ok('stream', 'ls', '--json')), ['MEM', 'S2'], 'nothing was restored');
  await ok('stream', 'rm', 'S2', '-f');
  const restored = JSON.parse(await ok('account', 'restore', 'b', '--as', 'json')) as { state: { messages: number } }[];
  assert.deepEqual(restored.map((s) => s.state.messages).sort(), [0, 20]);
  assert.deepEqual(JSON.parse(await ok('consumer', 'ls', 'S1', '--json')), ['C']);
  mkdirSync(join(cwd, 'b', 'A'));
  await ok('stream', 'rm', 'S1', '-f');
  assert.match((await nats(['account', 'restore', 'b'])).err, /backup\.json/);
  assert.match((await nats(['stream', 'info', 'S1'])).err, /10059/, 'a broken backup stops all');
  writeFileSync(join(cwd, 'b', '0'), '');
  assert.match((await nats(['account', 'restore', 'b'])).err, /expected a directory "0"/);
});

serverTest('the certificates of a server, and when they end', async () => {
  const authority = createAuthority('Root');
  const { certFile, keyFile } = authority.issue('srv', ['IP:127.0.0.1']);
  const secure = await startNatsServer({ config: `tls { cert_file: "${certFile}", key_file: "${keyFile}" }` });
  try {
    const tls = (...args: string[]) =>
      runTool('nats', ['--tlsca', authority.caFile, 'account', 'tls', ...args], { cwd, url: secure.url });
    const soon = await tls('--no-pem', '--expire-warn', '11d');
    assert.equal(soon.status, 1);
    assert.match(soon.out, /chain=1 cert=2 isCA=true Subject="CN=Root"/);
    assert.match(soon.err, /cert expiring soon chain=1 cert=1 .* subject="CN=srv"/);
    assert.equal((await tls('--expire-warn', '9d')).out.match(/BEGIN CERTIFICATE/g)?.length, 2);
    const plain = await nats(['account', 'tls']);
    assert.match(plain.err, /nats: connection is not tls/);
  } finally {
    await secure.stop();
    authority.remove();
  }
});

serverTest('answers of the server are valid by their schemas', async () => {
  await ok('stream', 'add', 'V', '--subjects', 'v.>', '--defaults');
  await ok('consumer', 'add', 'V', 'P', '--pull', '--defaults');
  const subjects = ['INFO', 'STREAM.LIST', 'STREAM.NAMES', 'STREAM.INFO.V', 'STREAM.INFO.NOPE', 'STREAM.PURGE.V'];
  for (const subject of [
    ...subjects,
    'CONSUMER.LIST.V',
    'CONSUMER.INFO.V.P',
    'CONSUMER.NAMES.V',
    'CONSUMER.DELETE.V.P',
  ]) {
    assert.match(await ok('schema', 'request', `$JS.API.${subject}`), /^Response is a valid io\.nats\./, subject);
  }
  const wrong = await nats(['schema', 'request', '$JS.API.INFO', '--schema', 'io.nats.x']);
  assert.match(wrong.err, /invalid message type io.nats.jetstream.api.v1.account_info_response/);
  const invalid = await nats(
    ['--strict', 'schema', 'validate', 'io.nats.jetstream.api.v1.pub_ack_response', '-', '--json'],
    '{"seq":18446744073709551616}',
  );
  assert.equal(invalid.status, 10);
  assert.equal((JSON.parse(invalid.out) as string[]).length, 2);
});

serverTest('a trace tells where a message would go, and delivers it when asked to', async () => {
  await ok('stream', 'add', 'T', '--subjects', 't.*', '--defaults');
  const text = await ok('trace', 't.1', 'body');
  assert.match(text, /--J JetStream action:"stored" stream:"T" subject:"t\.1"/);
  assert.match(text, /Egress Count:\n\n {2}JetStream: 1\n/);
  assert.match(await ok('trace', 't.1', '--plan', '--deliver'), /would deliver/);
  assert.equal(await ok('stream', 'subjects', 'T', '--json'), '{}\n');
  await ok('trace', 't.1', 'body', '--deliver', '-H', 'A:b', '-T');
  assert.match(await ok('stream', 'subjects', 'T', '--json'), /"t.1": 1/);
  const refused = await nats([
    '--user',
    'sys',
    '--password',
    'sys',
    '--timeout',
    '300ms',
    'trace',
    'nobody',
    '--as',
    'json',
  ]);
  assert.equal(refused.status, 0, refused.err);
  assert.equal((JSON.parse(refused.out) as { events: { type: string }[] }).events[0]?.type, 'in');
});
