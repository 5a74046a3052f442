// nats-top and `nats top` over the system account: a cluster of three, of which one is killed and comes back.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { createAuthority } from '#test/certs.ts';
import { beforeServer, freePort, type NatsServer, serverTest, startNatsServer } from '#test/nats-server.ts';
import { createUser } from '#test/program.ts';
import { startPty } from '#test/pty.ts';
import { quits, noPty as skip, topProgram } from '#test/top.ts';

const user = createUser();
const servers: NatsServer[] = [];
const starts: (() => Promise<NatsServer>)[] = [];
const ca = createAuthority();
const certificate = ca.issue('server', ['IP:127.0.0.1']);

beforeServer(async () => {
  const ports = await Promise.all(Array.from({ length: 6 }, freePort));
  const routes = ports.slice(3).map((port) => `nats://127.0.0.1:${port}`);
  for (const i of [0, 1, 2]) {
    const config = `server_name: n${i + 1}
cluster { name: C1, listen: "127.0.0.1:${ports[3 + i]}", routes: [${routes.join(', ')}] }
accounts { A { users: [{user: a, password: a}] }, SYS { users: [{user: s, password: s}] } }
system_account: SYS
tls { cert_file: "${certificate.certFile}", key_file: "${certificate.keyFile}" }
`;
    starts.push(() => startNatsServer({ config, port: ports[i] as number }));
  }
  servers.push(...(await Promise.all(starts.map((start) => start()))));
  const urls = ports.slice(0, 3).map((port) => `tls://127.0.0.1:${port}`);
  for (const [name, who] of [
    ['SYS', 's'],
    ['A', 'a'],
  ] as const) {
    const login = ['--server', urls.join(','), '--user', who, '--password', who, '--tlsca', ca.caFile];
    const { err, status } = await user.run(['nats', 'context', 'save', name, ...login]);
    assert.equal(status, 0, err);
  }
  await until(async () => (await poll()).server.name.startsWith('3 of 3'));
});
after(async () => {
  for (const server of servers) await server.stop();
  user.remove();
  ca.remove();
});

interface Data {
  server: { name: string; rate: { in_msgs: number } };
  rows: { server: string; state: string }[];
}

async function poll(): Promise<Data> {
  const { out, err } = await user.run(['nats-top', '-context', 'SYS', '-as', 'json', '-page', 'servers']);
  return out === '' ? { server: { name: err, rate: { in_msgs: 0 } }, rows: [] } : (JSON.parse(out) as Data);
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end; ) if (await what()) return;
  throw new Error('never so');
}

const env = { HOME: user.home, XDG_CONFIG_HOME: user.config };

serverTest(
  'the whole cluster through a context with TLS, as data and on the screen, with a node killed',
  { skip },
  async () => {
    assert.deepEqual(
      (await poll()).rows.map((row) => `${row.server} ${row.state}`),
      ['n1 up', 'n2 up', 'n3 up'],
    );
    const pty = startPty([topProgram, '-context', 'SYS', '-page', 'servers'], { env });
    await pty.until(/^Server: 3 of 3 servers \(n1, n2, n3\)/m);
    await pty.until(/^n1 +up[\s\S]*^n2 +up[\s\S]*^n3 +up/m);
    // The one we are connected to goes as well, in one of the rounds.
    for (const i of [0, 1, 2]) {
      const name = `n${i + 1}`;
      await servers[i]?.stop();
      await pty.until(new RegExp(`^${name} +away: `, 'm'), 30_000);
      await pty.until(/2 of 3 servers/);
      servers[i] = await (starts[i] as () => Promise<NatsServer>)();
      await pty.until(new RegExp(`^${name} restarted`, 'm'), 30_000);
      await pty.until(/^n1 +up[\s\S]*^n2 +up[\s\S]*^n3 +up/m, 30_000);
    }
    pty.type('1');
    await pty.until(/^HOST +CID +SERVER/m);
    pty.type('3');
    await pty.until(/^SYS +3 +1 /m);
    pty.type('7');
    await pty.until(/^route +n1 +n2 /m);
    pty.type('q');
    await quits(pty);
  },
);

serverTest('one server by its name, with both tools; names that are not there; logins that do not reach', async () => {
  const one = async (...argv: string[]) => {
    const { out, err, status } = await user.run(argv);
    return { status, err, name: out === '' ? '' : (JSON.parse(out) as Data).server.name };
  };
  assert.equal((await one('nats-top', '-context', 'SYS', '-name', 'n2', '-as', 'json')).name, 'n2');
  assert.equal((await one('nats', '--context', 'SYS', 'top', 'n3', '--as', 'json')).name, 'n3');
  const none = await one('nats', '--context', 'SYS', 'top', 'n9', '--as', 'json', '--strict');
  assert.deepEqual([none.status, none.name], [5, '']);
  const low = await one('nats-top', '-context', 'A', '-as', 'json', '-strict');
  assert.equal(low.status, 4);
  assert.match(low.err, /system privileges/);
  const wrong = [
    '-server',
    servers[0]?.url.replace('nats', 'tls') ?? '',
    '-user',
    's',
    '-password',
    'x',
    '-tlsca',
    ca.caFile,
  ];
  const refused = await one('nats-top', '-system', ...wrong, '-as', 'json', '-strict');
  assert.deepEqual([refused.status, refused.name], [4, '']);
});

serverTest('`nats top` on a screen outlives its server', { skip }, async () => {
  const nats = topProgram.replace(/nats-top$/, 'nats');
  const pty = startPty([nats, '--context', 'SYS', 'top', 'n1'], { env });
  await pty.until(/^Server: n1/m);
  await servers[0]?.stop();
  await pty.until(/old figures, trying again/, 30_000);
  servers[0] = await (starts[0] as () => Promise<NatsServer>)();
  await pty.until(/^server restarted/m, 30_000);
  pty.type('q');
  await quits(pty);
});
