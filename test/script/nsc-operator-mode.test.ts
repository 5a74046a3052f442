// What nsc declares a real nats-server enforces, with the memory resolver and with the full one: users of every kind,
// permissions, limits, roles, expiries, revocations, exports and imports with activations, the auth callout.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { BoxError } from '#base/errors.ts';
import type { Connection, ConnectOptions } from '#client/index.ts';
import { connect } from '#client/index.ts';
import { newAuthorizationResponse } from '#crypto/authorization.ts';
import { decode, encode } from '#crypto/jwt.ts';
import { type KeyPair, keyPairFromSeed } from '#crypto/nkeys.ts';
import { newUser } from '#crypto/user.ts';
import { beforeServer, type NatsServer, natsServerPath, serverTest, startNatsServer } from '#test/nats-server.ts';
import { createUser } from '#test/program.ts';

const user = createUser();
const root = join(user.home, '.local/share/nats/nsc');
const open = new Set<Connection>();
const servers: NatsServer[] = [];
after(async () => {
  for (const connection of open) await connection.close();
  for (const server of servers) await server.stop();
  user.remove();
});

async function nsc(...argv: string[]): Promise<string> {
  const ran = await user.run(['nsc', ...argv]);
  assert.equal(ran.status, 0, `${argv.join(' ')}: ${ran.err}`);
  return ran.out;
}

async function keyOf(...words: string[]): Promise<string> {
  return (await nsc('describe', ...words, '-F', 'sub')).trim().replaceAll('"', '');
}

async function pairOf(key: string): Promise<KeyPair> {
  const path = join(root, 'keys/keys', key.slice(0, 1), key.slice(1, 3), `${key}.nk`);
  return keyPairFromSeed(readFileSync(path, 'utf8'));
}

/** Two hours that do not hold the present one. */
function otherHours(): string {
  const hour = (new Date().getUTCHours() + 6) % 22;
  const clock = (h: number) => `${String(h).padStart(2, '0')}:00:00`;
  return `${clock(hour)}-${clock(hour + 1)}`;
}

/** The store: one line of nsc for each thing that is declared. */
async function declare(): Promise<void> {
  const lines = `
    add operator O --sys --generate-signing-key
    add account A
    add user all
    add user some --allow-pub ok.> --deny-pub ok.no --allow-sub in.>,_INBOX.>
    add user queue --allow-sub jobs*crew
    add user answers --allow-sub ask --allow-pub-response
    add user bearer --bearer
    add user late --expiry 2020-01-01
    add user early --start 1y
    add user near --source-network 127.0.0.0/8
    add user far --source-network 10.0.0.0/8
    add user gone
    add user night
    edit user night --time ${otherHours()} --locale UTC
    add user web
    edit user web --conn-type websocket
    add user small
    edit user small --payload 10
    add user few
    edit user few --subs 1
    edit account A --sk generate
    edit signing-key --account A --sk generate --role desk --allow-pub desk.{{name()}}.> --allow-sub desk.{{name()}}.>
    add user kim -K desk
    revocations add-user --name gone
    add account CROWD
    edit account CROWD --conns 1
    add user one
    add account STRICT --deny-pub secret.>
    add user plain
    add account EXP
    add user exporter
    add export --subject open.>
    add export --subject priv.> --private
    add export --subject svc.ask --service --private
    add account IMP
    add user importer
    add account BARE
    add user stranger
    add account AUTH
    add user service
    add user sentinel --deny-pubsub >`;
  for (const line of lines.trim().split('\n')) {
    await nsc(
      ...line
        .trim()
        .split(' ')
        .map((word) => word.replace('jobs*crew', 'jobs.* crew')),
    );
  }
  const [exp, imp] = [await keyOf('account', 'EXP'), await keyOf('account', 'IMP')];
  for (const [subject, file] of [
    ['priv.>', 'priv.jwt'],
    ['svc.ask', 'svc.jwt'],
  ] as const) {
    await nsc('generate', 'activation', '-a', 'EXP', '-s', subject, '-t', imp, '-o', file);
    const local = subject === 'priv.>' ? 'from.priv.>' : 'ask';
    await nsc('add', 'import', '-a', 'IMP', '-u', file, '--local-subject', local);
  }
  await nsc('add', 'import', '-a', 'IMP', '--src-account', exp, '--remote-subject', 'open.>');
  // Declared without the token that the export asks for.
  await nsc('add', 'import', '-a', 'BARE', '--src-account', exp, '--remote-subject', 'priv.>');
  const [service, a] = [await keyOf('user', '-a', 'AUTH', 'service'), await keyOf('account', 'A')];
  await nsc('edit', 'authcallout', '-a', 'AUTH', '--auth-user', service, '--allowed-account', a);
}

async function credsOf(account: string, name: string): Promise<string> {
  return readFileSync(join(root, 'keys/creds/O', account, `${name}.creds`), 'utf8');
}

async function login(url: string, account: string, name: string, more: ConnectOptions = {}): Promise<Connection> {
  const creds = await credsOf(account, name);
  const connection = await connect({ servers: url, creds, reconnect: false, timeout: 5000, ...more });
  open.add(connection);
  return connection;
}

const refused = (url: string, account: string, name: string, why = /Authorization Violation/) =>
  assert.rejects(login(url, account, name), why, `${account}/${name}`);

/** What the server says about a message or a subscription: nothing, or why not. */
async function verdict(connection: Connection, act: () => void): Promise<string> {
  const before = connection.lastError;
  act();
  await connection.flush();
  return connection.lastError === before ? '' : (connection.lastError?.message ?? '');
}

const publishes = (connection: Connection, subject: string) =>
  verdict(connection, () => connection.publish(subject, 'x'));

async function usersAndPermissions(url: string): Promise<void> {
  const all = await login(url, 'A', 'all');
  assert.equal(await publishes(all, 'any.thing'), '');
  const some = await login(url, 'A', 'some');
  assert.equal(await publishes(some, 'ok.yes'), '');
  assert.match(await publishes(some, 'ok.no'), /Permissions Violation for Publish to "ok.no"/);
  assert.match(await publishes(some, 'other'), /Permissions Violation for Publish to "other"/);
  assert.match(await verdict(some, () => some.subscribe('out')), /Permissions Violation for Subscription to "out"/);
  assert.equal(await verdict(some, () => some.subscribe('in.x')), '');
  const queue = await login(url, 'A', 'queue');
  assert.equal(await verdict(queue, () => queue.subscribe('jobs.1', { queue: 'crew' })), '');
  assert.match(await verdict(queue, () => queue.subscribe('jobs.1')), /Permissions Violation/);
  const answers = await login(url, 'A', 'answers');
  answers.subscribe('ask', { callback: (msg) => msg.respond('yes') });
  await answers.flush();
  assert.equal((await all.request('ask', 'may I', { timeout: 5000 })).string(), 'yes');
  assert.match(await publishes(answers, 'anything'), /Permissions Violation/);
  const desk = await login(url, 'A', 'kim');
  assert.equal(await publishes(desk, 'desk.kim.note'), '');
  assert.match(await publishes(desk, 'desk.bob.note'), /Permissions Violation/);
  const plain = await login(url, 'STRICT', 'plain');
  assert.match(await publishes(plain, 'secret.x'), /Permissions Violation/);
  assert.equal(await publishes(plain, 'public.x'), '');
  // Nothing proves the key: another one signs, or none does.
  const token = (await credsOf('A', 'bearer')).split('\n')[1] ?? '';
  const bearer = await connect({ servers: url, auth: () => ({ jwt: token }), reconnect: false });
  open.add(bearer);
  const proof = (await credsOf('A', 'all')).split('\n')[1] ?? '';
  await assert.rejects(connect({ servers: url, auth: () => ({ jwt: proof }), reconnect: false }), /Authorization/);
}

async function bounds(url: string): Promise<void> {
  await login(url, 'A', 'near');
  for (const name of ['late', 'early', 'far', 'night', 'web', 'gone']) await refused(url, 'A', name);
  const small = await login(url, 'A', 'small');
  // The client refuses by itself once it knows the limit; before, the server closes the connection and says why.
  await assert.rejects(
    async () => {
      small.publish('x', '12345678901');
      await small.flush();
    },
    (error: BoxError) => /payload/i.test(`${error.message} ${error.facts.reason}`),
  );
  const few = await login(url, 'A', 'few');
  assert.equal(await verdict(few, () => few.subscribe('one')), '');
  few.subscribe('two');
  await few.flush().catch(() => undefined);
  assert.match(String((few.lastError ?? (await few.closed))?.message), /maximum subscriptions exceeded/i);
  const one = await login(url, 'CROWD', 'one');
  await refused(url, 'CROWD', 'one', /maximum account active connections exceeded|Authorization/i);
  await one.close();
}

/** Subjects that arrive from what is published, in order; `end` is the last. */
async function arrivals(
  from: Connection,
  to: Connection,
  filter: string,
  subjects: readonly string[],
): Promise<string[]> {
  const seen: string[] = [];
  const subscription = to.subscribe(filter, { callback: (msg) => void seen.push(msg.subject) });
  await to.flush();
  for (const subject of subjects) from.publish(subject, 'x');
  // Both are served by one server: what came for the other is there when its own flush has come back.
  await from.flush();
  await to.flush();
  await to.flush();
  subscription.unsubscribe();
  return seen;
}

async function sharing(url: string): Promise<void> {
  const exporter = await login(url, 'EXP', 'exporter');
  const importer = await login(url, 'IMP', 'importer');
  const stranger = await login(url, 'BARE', 'stranger');
  exporter.subscribe('svc.ask', { callback: (msg) => msg.respond('svc') });
  await exporter.flush();
  const sent = ['open.1', 'priv.1', 'closed.1'];
  assert.deepEqual((await arrivals(exporter, importer, '>', sent)).sort(), ['from.priv.1', 'open.1']);
  assert.deepEqual(await arrivals(exporter, stranger, '>', sent), []);
  assert.equal((await importer.request('ask', '', { timeout: 5000 })).string(), 'svc');
  await assert.rejects(stranger.request('ask', '', { timeout: 500 }), /no responders/);
}

/** The service places whoever asks as user `guest` in account A. */
async function callout(url: string): Promise<void> {
  const [issuer, a] = [await pairOf(await keyOf('account', 'AUTH')), await pairOf(await keyOf('account', 'A'))];
  const service = await login(url, 'AUTH', 'service');
  const now = () => Math.floor(Date.now() / 1000);
  service.subscribe('$SYS.REQ.USER.AUTH', {
    callback: async (msg) => {
      const asked = await decode(msg.string());
      assert.equal(asked.kind, 'authorization_request');
      if (asked.kind !== 'authorization_request') return;
      const guest = newUser(asked.nats.user_nkey);
      guest.name = 'guest';
      guest.nats.pub.allow = ['guest.>'];
      const answer = newAuthorizationResponse(asked.nats.user_nkey);
      answer.aud = asked.nats.server_id.id;
      if (asked.nats.connect_opts.user === 'bad') answer.nats.error = 'not you';
      else answer.nats.jwt = await encode(guest, a, now());
      msg.respond(await encode(answer, issuer, now()));
    },
  });
  await service.flush();
  const [all, guest] = [await login(url, 'A', 'all'), await login(url, 'AUTH', 'sentinel')];
  assert.deepEqual(await arrivals(guest, all, '>', ['guest.1']), ['guest.1']);
  assert.match(await publishes(guest, 'other'), /Permissions Violation/);
}

async function enforced(url: string): Promise<void> {
  await usersAndPermissions(url);
  await bounds(url);
  await sharing(url);
  await callout(url);
}

beforeServer(async () => {
  if (await natsServerPath()) await declare();
});

serverTest('the memory resolver: everything is enforced as declared', async () => {
  const server = await startNatsServer({ config: await nsc('generate', 'config', '--mem-resolver') });
  servers.push(server);
  await enforced(server.url);
});

serverTest('the full resolver: pushed, enforced, changed under open connections, pulled', async () => {
  const server = await startNatsServer({ config: await nsc('generate', 'config', '--nats-resolver') });
  servers.push(server);
  const { url } = server;
  await refused(url, 'A', 'all');
  await nsc('push', '-A', '-u', url);
  await enforced(url);

  const watcher = await login(url, 'A', 'some');
  const importer = await login(url, 'IMP', 'importer');
  await nsc('revocations', 'add-user', '-a', 'A', '--name', 'some');
  const imp = await keyOf('account', 'IMP');
  await nsc('revocations', 'add_activation', '-a', 'EXP', '-s', 'priv.>', '-t', imp);
  await nsc('push', '-A', '-u', url);
  assert.match(String((await watcher.closed)?.message ?? watcher.lastError?.message), /revoked|Authentication/i);
  await refused(url, 'A', 'some');
  const exporter = await login(url, 'EXP', 'exporter');
  assert.deepEqual(await arrivals(exporter, importer, '>', ['open.2', 'priv.2']), ['open.2']);

  const mark = await nsc('describe', 'account', 'CROWD', '-R');
  await nsc('edit', 'operator', '--account-jwt-server-url', url);
  await nsc('delete', 'account', 'CROWD', '--force');
  assert.match(await nsc('push', '--diff'), /account A[A-Z2-7]{55} only exists in server/);
  await nsc('pull', '-A');
  assert.equal(await nsc('describe', 'account', 'CROWD', '-R'), mark, 'the token comes back as it was');
});

/** Every file of stores and keys with its text. */
function snapshot(): Map<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]),
  );
}

const differing = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] =>
  [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)).sort();

serverTest('what is pushed arrives byte for byte, and neither store nor server changes elsewhere', async () => {
  const server = await startNatsServer({ config: await nsc('generate', 'config', '--nats-resolver') });
  servers.push(server);
  const { url } = server;
  const store = join(root, 'stores/O/accounts');
  const names = readdirSync(store);
  const before = snapshot();
  for (const name of names) {
    await nsc('describe', 'account', name);
    await user.run(['nsc', 'validate', '-a', name]);
  }
  await nsc('push', '-A', '-u', url);
  assert.deepEqual(differing(before, snapshot()), [], 'describing, validating and pushing write nothing');

  const system = await login(url, 'SYS', 'sys');
  const held = async (): Promise<Map<string, string>> => {
    const tokens = new Map<string, string>();
    for (const name of names) {
      const id = await keyOf('account', name);
      const answer = await system.request(`$SYS.REQ.ACCOUNT.${id}.CLAIMS.LOOKUP`, '', { timeout: 5000 });
      tokens.set(name, answer.string());
    }
    return tokens;
  };
  const local = (name: string) => readFileSync(join(store, name, `${name}.jwt`), 'utf8');
  const pushed = await held();
  for (const [name, token] of pushed) assert.equal(token, local(name), name);

  await nsc('edit', 'account', 'EXP', '--tag', 'pushed');
  assert.deepEqual(differing(pushed, await held()), [], 'an edit alone changes no server');
  await nsc('push', '-a', 'EXP', '-u', url);
  const after = await held();
  assert.deepEqual(differing(pushed, after), ['EXP']);
  assert.equal(after.get('EXP'), local('EXP'));
  assert.deepEqual(differing(before, snapshot()), [join(store, 'EXP/EXP.jwt')]);
});

test('the store and the keys are nobody else’s', async () => {
  const found = await user.run(['find', join(user.home, '.local'), '-perm', '/077', '-not', '-type', 'l']);
  const strange = found.out.split('\n').filter((path) => path !== '' && path.startsWith(root));
  assert.deepEqual(strange, []);
});
