// nsc brings projects together: fix from what is left, migrate to another operator, load from an account server,
// upgrade of a token of version 1.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keyPairFromSeed } from '#crypto/nkeys.ts';
import { createUser, type User } from '#test/program.ts';

const users: User[] = [];
const servers: Server[] = [];
after(() => {
  for (const user of users) user.remove();
  for (const server of servers) server.close();
});

async function newUser(env: Record<string, string> = {}): Promise<User> {
  const user = createUser(env);
  users.push(user);
  return user;
}

async function ok(user: User, line: string, env: Record<string, string> = {}): Promise<string> {
  const ran = await user.run(['nsc', ...line.split(' ')], { env });
  assert.equal(ran.status, 0, `${line}: ${ran.err}`);
  return ran.out;
}

const data = (user: User, ...words: string[]) => join(user.home, '.local/share/nats/nsc', ...words);

/** Every file below a directory with its content, and that no directory or file is open to others. */
function snapshot(dir: string, at = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(join(dir, at)).sort()) {
    const path = join(at, name);
    const stat = statSync(join(dir, path));
    assert.equal(stat.mode & 0o077, 0, `${path} is ${(stat.mode & 0o777).toString(8)}`);
    if (!stat.isDirectory()) found.set(path, readFileSync(join(dir, path), 'utf8'));
    else for (const entry of snapshot(dir, path)) found.set(...entry);
  }
  return found;
}

test('fix rebuilds stores, keys and creds, byte for byte', async () => {
  const user = await newUser();
  for (const line of [
    'add operator O --sys --generate-signing-key',
    'add account A',
    'edit account A --sk generate',
    'add user u',
    'add account B',
    'add user b',
  ]) {
    await ok(user, line);
  }
  const told = await ok(user, `fix --in ${data(user)} --out ${user.home}/out --creds`);
  assert.match(told, /stored 1 operators\nstored 3 accounts\nstored 3 users\nstored 10 nkeys\n/);
  assert.deepEqual(snapshot(join(user.home, 'out/operators')), snapshot(data(user, 'stores')));
  assert.deepEqual(snapshot(join(user.home, 'out/keys')), snapshot(data(user, 'keys')));
  const again = await user.run(['nsc', 'fix', '--in', data(user), '--out', join(user.home, 'out')]);
  assert.equal(again.status, 1);
  assert.match(again.err, /error creating store: .* is not empty/);
  const none = await user.run(['nsc', 'fix', '--in', join(user.home, 'nothing'), '--strict']);
  assert.deepEqual([none.status, none.err.split('\n')[0]], [3, 'Error: no operator found']);
});

test('migrate signs the accounts of another operator and brings their users', async () => {
  const user = await newUser();
  const other = join(user.home, 'other');
  for (const line of ['add operator OLD', 'add account A', 'add user u1', 'add user u2', 'add account B']) {
    await ok(user, `--data-dir ${other} --config-dir ${other} ${line}`);
  }
  await ok(user, 'add operator NEW');
  const file = join(other, 'OLD/accounts/A/A.jwt');
  assert.equal(await ok(user, `migrate --url ${file}`), '[ OK ] migrated "A" to operator "NEW" [2 users migrated]\n');
  const again = await user.run(['nsc', 'migrate', '--operator-dir', join(other, 'OLD')]);
  assert.equal(again.status, 1);
  assert.match(again.err, /\[ERR \] account "A" already exists, specify --force to overwrite/);
  assert.match(again.err, /Error: 1 job failed - 1 job succeeded/);
  assert.match(await ok(user, `migrate --operator-dir ${join(other, 'OLD')} -F`), /all jobs succeeded/);
  await ok(user, 'validate -A');
  const own = await user.run(['nsc', 'migrate', '--url', data(user, 'stores/NEW/accounts/A/A.jwt'), '-F']);
  assert.match(own.err, /cannot migrate .* onto itself/);
});

/** An account server that holds what is put into the map, and takes what is posted until `closed`. */
async function accountServer(tokens: Map<string, string>, door = { closed: false }): Promise<string> {
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      if (!door.closed) tokens.set(request.url ?? '', Buffer.concat(parts).toString());
      response.statusCode = door.closed ? 500 : 200;
      response.end();
      return;
    }
    const token = tokens.get(request.url ?? '');
    response.statusCode = token === undefined ? 404 : 200;
    response.end(token ?? 'not found');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwt/v1`;
}

test('load sets up an account from its seed', async () => {
  const maker = await newUser();
  const tokens = new Map<string, string>();
  const url = await accountServer(tokens);
  for (const line of ['add operator O', `edit operator --account-jwt-server-url ${url}`, 'add account A']) {
    await ok(maker, line);
  }
  const key = (await ok(maker, 'describe account -F sub')).trim().replaceAll('"', '');
  tokens.set('/jwt/v1/operator', await ok(maker, 'describe operator -R'));
  tokens.set(`/jwt/v1/accounts/${key}`, await ok(maker, 'describe account -R'));
  const seed = data(maker, 'keys/keys', 'A', key.slice(1, 3), `${key}.nk`);

  const user = await newUser();
  const told = await ok(user, `load --url ${url}/operator --seed ${seed}`);
  assert.match(told, /\[ OK \] created nats context "O_A_default"/);
  assert.doesNotMatch(told, /SA[A-Z2-7]{56}/);
  snapshot(data(user));
  assert.ok(existsSync(data(user, 'keys/creds/O/A/default.creds')));
  const context = JSON.parse(readFileSync(join(user.config, 'nats/context/O_A_default.json'), 'utf8'));
  assert.equal(context.nsc, 'nsc://O/A/default');
  await ok(user, 'validate -A');

  const byName = await newUser({ NSC_ACME_OPERATOR: `${url}/operator` });
  const secret = readFileSync(seed, 'utf8');
  await ok(byName, `load --profile nsc://acme?secret=${secret}&user=joe`);
  assert.ok(existsSync(data(byName, 'keys/creds/ACME/A/joe.creds')));
  assert.match(await ok(byName, `load --profile nsc://acme?secret=${secret}&user=joe`), /"joe" already exists/);
  const wrong = await byName.run(['nsc', 'load', '--url', `${url}/operator`, '--seed', `${secret}X`]);
  assert.equal(wrong.status, 1);
  assert.ok(!wrong.err.includes(secret), 'the seed stays out of the error');
});

test('a change of a managed account is one job, bringing it to the account server another', async () => {
  const tokens = new Map<string, string>();
  const door = { closed: false };
  const url = await accountServer(tokens, door);
  const maker = await newUser();
  for (const line of ['add operator O', `edit operator --account-jwt-server-url ${url}`]) await ok(maker, line);
  tokens.set('/jwt/v1/operator', await ok(maker, 'describe operator -R'));

  const user = await newUser();
  await ok(user, `add operator --url ${url}/operator`);
  await ok(user, 'add account M');
  await ok(user, 'add export --subject s');
  assert.match(await ok(user, 'delete export --subject s'), /pull jwt from account server\nall jobs succeeded\n/);
  assert.match(await ok(user, 'revocations add-user --user-public-key *'), /\nall jobs succeeded\n/);
  door.closed = true;
  const refused = async (line: string) => {
    const ran = await user.run(['nsc', ...line.split(' ')]);
    assert.equal(ran.status, 1, line);
    return ran.err;
  };
  const added = await refused('add export --subject s');
  assert.match(added, /Error: all jobs failed/);
  assert.doesNotMatch(added, /added/);
  const edited = await refused('edit account M --tag a');
  assert.match(edited, /\[ OK \] edited account "M"\nError: 1 job failed - 2 jobs succeeded and 0 had warnings/);
  tokens.clear();
  assert.match(await refused('pull --account M'), /error pulling "http:[^"]+": 404/);
});

/** A token of version 1: its signature covers the payload alone. */
async function versionOne(seed: string): Promise<string> {
  const pair = await keyPairFromSeed(seed);
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const top = { jti: 'X', iat: 1_600_000_000, iss: pair.publicKey, name: 'O', sub: pair.publicKey, type: 'operator' };
  const payload = base64({ ...top, nats: { system_account: '' } });
  const signature = await pair.sign(new TextEncoder().encode(payload));
  return `${base64({ typ: 'jwt', alg: 'ed25519' })}.${payload}.${Buffer.from(signature).toString('base64url')}`;
}

test('upgrade-jwt makes version 2 of a version 1 operator, with a backup', async () => {
  const user = await newUser();
  await ok(user, 'add operator O');
  const key = (await ok(user, 'describe operator -F sub')).trim().replaceAll('"', '');
  const seed = readFileSync(data(user, 'keys/keys/O', key.slice(1, 3), `${key}.nk`), 'utf8');
  assert.match(await ok(user, 'upgrade-jwt --yes'), /already upgraded to version 2/);
  user.file('.local/share/nats/nsc/stores/O/O.jwt', await versionOne(seed), 0o600);
  const refused = await user.run(['nsc', 'describe', 'operator']);
  assert.match(refused.err, /version 1\n {2}hint: .*nsc upgrade-jwt/);
  const asked = await user.run(['nsc', 'upgrade-jwt']);
  assert.equal(asked.status, 1);
  assert.match(asked.err, /--backup/);
  const planned = await ok(user, 'upgrade-jwt --yes --plan');
  assert.match(planned, /\[PLAN\] write `~\/.local\/share\/nats\/nsc\/stores\/O\/O.jwt`/);
  const told = await ok(user, 'upgrade-jwt --yes --backup before.zip');
  assert.match(told, /\[ OK \] Converted Operator: O/);
  assert.equal(statSync(join(user.home, 'before.zip')).mode & 0o777, 0o600);
  assert.equal((await ok(user, 'describe operator -F nats.version')).trim(), '2');
});

test('an edit changes the token of what was edited, a user’s creds with it, and no other byte', async () => {
  const user = await newUser();
  for (const line of ['add operator O --sys', 'add account A', 'add user a', 'add account B', 'add user b']) {
    await ok(user, line);
  }
  let before = snapshot(data(user));
  const changed = async (line: string): Promise<string[]> => {
    await ok(user, line);
    const after = snapshot(data(user));
    const names = new Set([...before.keys(), ...after.keys()]);
    const found = [...names].filter((name) => before.get(name) !== after.get(name));
    before = after;
    return found.sort();
  };
  for (const line of ['describe operator', 'describe account A', 'describe user b', 'validate -A', 'list keys -A']) {
    assert.deepEqual(await changed(line), [], line);
  }
  assert.deepEqual(await changed('edit account A --tag x'), ['stores/O/accounts/A/A.jwt']);
  const creds = 'keys/creds/O/B/b.creds';
  assert.deepEqual(await changed('edit user b -a B --tag x'), [creds, 'stores/O/accounts/B/users/b.jwt']);
  assert.deepEqual(await changed('edit operator --tag x'), ['stores/O/O.jwt']);
  assert.deepEqual(await changed('delete user a -a A'), ['stores/O/accounts/A/users/a.jwt']);
});
