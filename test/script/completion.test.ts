// What a shell gets for a half-typed line: names from the server the line means, silence when there is no answer.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '#test/nats-server.ts';
import { createUser } from '#test/program.ts';

const user = createUser();
let server: NatsServer | undefined;
let deaf: Server | undefined;

beforeServer(async () => {
  server = await startNatsServer({ jetstream: true });
  for (const line of [
    'stream add ORDERS --subjects orders.> --defaults',
    'consumer add ORDERS worker --pull --defaults',
    'kv add CFG',
    'kv put CFG web.port 80',
    'object add FILES',
    'context add here --server URL',
  ]) {
    const argv = ['nats', ...line.split(' ').map((w) => (w === 'URL' ? (server?.url ?? '') : w))];
    const ran = await user.run(argv, { env: at() });
    assert.equal(ran.status, 0, ran.err);
  }
  const put = await user.run(['nats', 'object', 'put', 'FILES', '--name', 'logo.png'], { env: at(), stdin: 'x' });
  assert.equal(put.status, 0, put.err);
});
after(async () => {
  deaf?.close();
  await server?.stop();
  user.remove();
});

function at(url = server?.url ?? ''): Record<string, string> {
  return { NATS_URL: url };
}

async function complete(words: readonly string[], env: Record<string, string>): Promise<string[]> {
  const asked = await user.run(['nats', '--completion-bash', ...words], { env });
  assert.deepEqual([asked.status, asked.err], [0, '']);
  const other = await user.run(['natsbox', 'complete', 'nats', '--', ...words], { env });
  assert.deepEqual([other.status, other.err, other.out], [0, '', asked.out], words.join(' '));
  return asked.out.split('\n').filter((l) => l !== '');
}

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['stream info ', ['KV_CFG', 'OBJ_FILES', 'ORDERS']],
  ['stream info O', ['OBJ_FILES', 'ORDERS']],
  ['consumer info ORDERS ', ['worker']],
  ['consumer info NONE ', []],
  ['kv get ', ['CFG']],
  ['kv get CFG ', ['web.port']],
  ['object get ', ['FILES']],
  ['object get FILES ', ['logo.png']],
  ['service info ', []],
  ['--context ', ['here']],
];

for (const [line, names] of cases) {
  serverTest(`"nats ${line}" offers what is there`, async () => {
    assert.deepEqual((await complete(line.split(' '), at())).sort(), names);
  });
}

serverTest('the server on the line counts, not the one of the environment', async () => {
  const nowhere = at('nats://127.0.0.1:1');
  assert.deepEqual(await complete(['stream', 'info', 'OR'], nowhere), []);
  assert.deepEqual(await complete(['-s', server?.url ?? '', 'stream', 'info', 'OR'], nowhere), ['ORDERS']);
  assert.deepEqual(await complete([`--server=${server?.url}`, 'stream', 'info', 'OR'], nowhere), ['ORDERS']);
  assert.deepEqual(await complete(['stream', 'info', '--context', 'here', 'OR'], {}), ['ORDERS']);
});

serverTest('a server that never says a word is given up on', async () => {
  const { port } = await new Promise<{ port: number }>((resolve) => {
    const listening = createServer(() => undefined);
    deaf = listening.listen(0, '127.0.0.1', () => resolve(listening.address() as { port: number }));
  });
  assert.deepEqual(await complete(['stream', 'info', ''], at(`nats://127.0.0.1:${port}`)), []);
});

test('a selected context that is gone is neither reported nor unselected', async () => {
  user.file('.config/nats/context.txt', 'gone');
  assert.deepEqual(await complete(['stream', 'info', ''], {}), []);
  const left = await user.run(['cat', `${user.config}/nats/context.txt`]);
  assert.equal(left.out, 'gone');
});
