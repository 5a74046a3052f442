// The box called by the name nats-server, as a script that starts that program would.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '#client/index.ts';

const dir = mkdtempSync(join(tmpdir(), 'natsbox-link-'));
const program = join(dir, 'nats-server');
symlinkSync(fileURLToPath(new URL('../../dist/bin/natsbox', import.meta.url)), program);
after(() => rmSync(dir, { recursive: true, force: true }));

const conf = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

test('serves from a configuration, writes its files, and takes them away at the end', async () => {
  const pid = join(dir, 'server.pid');
  const log = join(dir, 'server.log');
  const file = conf(
    'a.conf',
    `listen: "127.0.0.1:-1"\nports_file_dir: ${JSON.stringify(dir)}\npid_file: ${JSON.stringify(pid)}`,
  );
  const child = spawn(program, ['-c', file, '-l', log], { stdio: 'ignore' });
  const ports = join(dir, `nats-server_${child.pid}.ports`);
  while (!existsSync(ports) || readFileSync(ports, 'utf8') === '') await new Promise((r) => setTimeout(r, 10));
  assert.equal(readFileSync(pid, 'utf8'), String(child.pid));
  const [url = ''] = (JSON.parse(readFileSync(ports, 'utf8')) as { nats: string[] }).nats;
  const nc = await connect({ servers: url, timeout: 20_000 });
  nc.subscribe('x', { callback: (m) => m.respond('here') });
  assert.equal((await nc.request('x')).string(), 'here');
  await nc.close();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual([existsSync(ports), existsSync(pid)], [false, false]);
  assert.match(readFileSync(log, 'utf8'), /\[INF\] Server is ready/);
});

test('checks configurations, and says no to JetStream with the place and the remedy', () => {
  const run = (...args: string[]) => spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(run('-t', '-c', conf('good.conf', 'port: 4222')).status, 0);
  const refused = run('-t', '-c', conf('js.conf', 'port: 4222\njetstream {}\n'));
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /js\.conf:2:1: JetStream is not part of this server: use nats-server for it/);
  for (const line of ['syslog: true', 'remote_syslog: "udp://127.0.0.1:514"', 'ocsp: true', 'ocsp { mode: always }']) {
    const other = run('-t', '-c', conf('other.conf', `port: 4222\n${line}\n`));
    assert.notEqual(other.status, 0, line);
    assert.match(other.stderr, /other\.conf:2:\d+: (syslog|OCSP stapling) is not part of this server; /);
  }
  assert.equal(run('-t', '-c', conf('none.conf', 'syslog: false\nocsp { mode: never }\n')).status, 0);
  assert.match(run('-js').stderr, /JetStream is not part of this server; use nats-server, or leave out --js/);
});

test('says its version as nats-server does, and what is wrong with a line or a file before it serves', () => {
  const run = (...args: string[]) => spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
  for (const ask of ['-v', '--version', 'version']) assert.match(run(ask).stdout, /^nats-server: v\d+\.\d+\.\d+\n$/);
  for (const [args, why] of [
    [['-p', 'x'], /invalid value "x" for flag --port/],
    [['-p', '99999'], /invalid port 99999/],
    [['-m', '1.5'], /invalid value "1\.5" for flag --http_port/],
    [['-s'], /syslog is not part of this server/],
    [['-r', 'udp://127.0.0.1:514'], /syslog is not part of this server/],
    [['--cluster_listen', 'nats://127.0.0.1:1'], /routes between servers are not part of this server/],
    [['-c', join(dir, 'absent.conf')], /open .*absent\.conf: no such file or directory/],
    [['-sl', 'jump'], /unknown signal "jump"/],
    [['--signal', 'reload=x'], /invalid pid: x/],
  ] as const) {
    const r = run(...args);
    assert.notEqual(r.status, 0, args.join(' '));
    assert.match(r.stderr, why);
  }
  const warned = run('-t', '-c', conf('old.conf', 'ping_interval: 5\n'));
  assert.equal(warned.status, 1);
  assert.match(warned.stderr, /old\.conf:1:0: invalid use of field "ping_interval"/);
  for (const [line, why] of [
    ['trusted_keys: abc', /not the public key of an operator: "abc"/],
    ['proxies { trusted: [ { key: abc } ] }', /not a public key: "abc"/],
    ['ocsp_cache: 5', /other\.conf:1:0/],
  ] as const) {
    const r = run('-t', '-c', conf('other.conf', line));
    assert.notEqual(r.status, 0, line);
    assert.match(r.stderr, why);
  }
  assert.match(run('-t', '-c', conf('fine.conf', 'port: 4222\n')).stderr, /is valid \(sha256:[0-9a-f]{64}\)/);
});

test('sends a running server the signal it is asked for', async () => {
  const pid = join(dir, 'signalled.pid');
  const child = spawn(program, ['-a', '127.0.0.1', '-p', '-1', '-P', pid], { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  const said = async (what: string): Promise<void> => {
    while (!text.includes(what)) await once(child.stderr, 'data');
  };
  child.stderr.on('data', (d: Buffer) => {
    text += d.toString();
  });
  const ended = once(child, 'exit');
  await said('Server is ready');
  assert.equal(spawnSync(program, ['--signal', `reload=${pid}`]).status, 0);
  await said('Trapped "hangup" signal');
  assert.equal(spawnSync(program, [`-sl=quit=${child.pid}`]).status, 0);
  assert.deepEqual(await ended, [0, null]);
});
