// A running server that is told to read its configuration again: what lies around it follows, or nothing changes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '#client/index.ts';

const dir = mkdtempSync(join(tmpdir(), 'natsbox-reload-'));
const program = join(dir, 'nats-server');
symlinkSync(fileURLToPath(new URL('../../dist/bin/natsbox', import.meta.url)), program);
after(() => rmSync(dir, { recursive: true, force: true }));

const base = `
listen: "127.0.0.1:-1"
ports_file_dir: ${JSON.stringify(dir)}
accounts { A { users: [{ user: a, password: a }] }, S { users: [{ user: s, password: s }] } }
system_account: S
`;

test('log, pid file and ports file follow a reload by signal and by request; one that fails changes none', async () => {
  const file = join(dir, 'a.conf');
  const log = join(dir, 'server.log');
  const pid = join(dir, 'server.pid');
  writeFileSync(file, base);
  const child = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  after(() => child.kill('SIGKILL'));
  let text = '';
  const said = async (what: string): Promise<void> => {
    while (!text.includes(what)) await once(child.stderr, 'data');
  };
  child.stderr.on('data', (d: Buffer) => {
    text += d.toString();
  });
  await said('Server is ready');
  const ports = join(dir, `nats-server_${child.pid}.ports`);
  while (!existsSync(ports) || readFileSync(ports, 'utf8') === '') await new Promise((r) => setTimeout(r, 10));
  const [url = ''] = (JSON.parse(readFileSync(ports, 'utf8')) as { nats: string[] }).nats;

  writeFileSync(file, `${base}\nmax_closed_clients: 7\ndebug: true\nlog_file: ${JSON.stringify(log)}\n`);
  child.kill('SIGHUP');
  await said('config reload not supported for MaxClosedClients');
  assert.deepEqual([existsSync(log), text.includes('[DBG]')], [false, false]);

  const nc = await connect({ servers: url, user: 's', password: 's', timeout: 20_000 });
  after(() => nc.close());
  const ask = async () =>
    (await nc.request(`$SYS.REQ.SERVER.${nc.info.server_id}.RELOAD`, '', { timeout: 20_000 })).json() as {
      error?: unknown;
    };
  // The new log cannot be opened: the reload holds, its files too, and the log goes on where it was.
  writeFileSync(
    file,
    `${base}\npid_file: ${JSON.stringify(pid)}\nlog_file: ${JSON.stringify(join(dir, 'none/x.log'))}\n`,
  );
  assert.equal((await ask()).error, undefined);
  await said('Reloaded server configuration');
  assert.match(text, /\[ERR\] .*none/);
  assert.equal(readFileSync(pid, 'utf8'), String(child.pid));

  writeFileSync(file, `${base.replace(/ports_file_dir.*\n/, '')}\nlog_file: ${JSON.stringify(log)}\ndebug: true\n`);
  assert.equal((await ask()).error, undefined);
  assert.equal(existsSync(ports), false);
  await said('Reloaded: debug = true');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  assert.match(readFileSync(log, 'utf8'), /Reloaded server configuration[\s\S]*Server Exiting/);
});
