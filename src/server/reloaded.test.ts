import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer } from './index.ts';
import type { ServerOptions } from './options.ts';
import { reloadedLines } from './reloaded.ts';

const base: ServerOptions = {
  dontListen: true,
  accounts: { A: { users: [{ user: 'a', password: 'a' }] }, B: { users: [{ user: 'b', password: 'b' }] } },
  pingInterval: 30_000,
};

test('a reload tells what changed, and only that, in the order of nats-server', async () => {
  const lines: string[] = [];
  const logger = { debug: false, trace: false, log: (_: string, text: string) => void lines.push(text) };
  const server = await createServer({ ...base, logger });
  const reload = async (next: ServerOptions): Promise<string[]> => {
    lines.length = 0;
    await server.reload({ ...next, logger });
    return [...lines];
  };
  assert.deepEqual(await reload(base), ['Reloaded server configuration']);
  const { A } = base.accounts!;
  assert.deepEqual(await reload({ ...base, accounts: { A: A! } }), [
    'Reloaded: authorization users',
    'Reloaded: accounts',
    'Reloaded server configuration',
  ]);
  const more = { ...base, pingInterval: 20_000, maxPayload: 1000, maxConnections: 50 };
  assert.deepEqual(await reload(more), [
    'Reloaded: max_connections = 50',
    'Reloaded: authorization users',
    'Reloaded: accounts',
    'Reloaded: ping_interval = 20s',
    'Reloaded: max_payload = 1000',
    'Reloaded server configuration',
  ]);
  await assert.rejects(server.reload({ ...more, host: '127.0.0.2', logger }), {
    message: 'config reload not supported for Host: old=null, new=127.0.0.2',
  });
  await server.close();
});

test('what is told of options that are not there any more', () => {
  const old: ServerOptions = {
    log: { debug: true, time: false },
    writeDeadline: 1500,
    pidFile: '/run/a',
    auth: { user: 'x', password: 'y' },
  };
  assert.deepEqual(reloadedLines(old, {}), [
    'Reloaded: debug = false',
    'Reloaded: logtime = true',
    'Reloaded: authorization username',
    'Reloaded: authorization password',
    'Reloaded: write_deadline = 10s',
  ]);
});
