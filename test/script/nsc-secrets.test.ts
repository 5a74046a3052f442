// What nsc must never do: show a seed or a token in an error, leave a secret readable for others, follow a hostile name
// out of the store, lose what two of it write at once.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { newAccount } from '#crypto/account.ts';
import { type Claims, encode } from '#crypto/jwt.ts';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { newOperator } from '#crypto/operator.ts';
import { newUser } from '#crypto/user.ts';
import { createUser, type Ran, type User } from '#test/program.ts';

const all: User[] = [];
after(() => {
  for (const user of all) user.remove();
});

function user(): User {
  const made = createUser({ NATSBOX_DEBUG: '1' });
  all.push(made);
  return made;
}

const nsc = (who: User, ...argv: string[]): Promise<Ran> => who.run(['nsc', ...argv]);

async function ok(who: User, line: string): Promise<string> {
  const ran = await nsc(who, ...line.split(' '));
  assert.equal(ran.status, 0, `${line}: ${ran.err}`);
  return ran.out;
}

const data = (who: User, ...words: string[]) => join(who.home, '.local/share/nats/nsc', ...words);

function* below(dir: string): Generator<string> {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    yield path;
    if (statSync(path).isDirectory()) yield* below(path);
  }
}

async function seedText(pair: KeyPair): Promise<string> {
  return new TextDecoder().decode(pair.seed());
}

const now = () => Math.floor(Date.now() / 1000);

async function filled(): Promise<User> {
  const who = user();
  for (const line of ['add operator O --sys', 'add account A', 'edit account A --sk generate', 'add user u']) {
    await ok(who, line);
  }
  return who;
}

test('no seed and no token in an error, in text, as JSON or with debugging on', async () => {
  const who = await filled();
  const foreign = await seedText(await createKeyPair('account'));
  const wrong = await seedText(await createKeyPair('server'));
  const token = (await ok(who, 'describe user u -R')).trim();
  const torn = `${token.slice(0, -6)}AAAAAA`;
  who.file('torn.jwt', torn);
  who.file('torn.creds', (await ok(who, 'generate creds -n u')).replace(token, torn));
  who.file('wrong.nk', wrong);
  who.file('damaged.nk', `${foreign.slice(0, -2)}AA`);
  const attempts = [
    ['add', 'user', 'x', '-K', foreign],
    ['add', 'user', 'x', '-K', `${foreign}A`],
    ['add', 'user', 'x', '-K', wrong],
    ['add', 'user', 'x', '-K', 'damaged.nk'],
    ['add', 'user', 'x', '-k', wrong],
    ['add', 'user', 'x', '-k', `${foreign.slice(0, -1)}`],
    ['add', 'account', 'x', '-k', wrong],
    ['add', 'operator', 'x', '-K', wrong],
    ['edit', 'account', '--sk', wrong],
    ['edit', 'signing-key', '--sk', wrong],
    ['edit', 'operator', '--sk', foreign],
    ['edit', 'authcallout', '-x', wrong],
    ['reissue', 'operator', '-K', foreign],
    ['generate', 'activation', '-K', foreign],
    ['import', 'user', '--file', 'torn.creds'],
    ['import', 'account', '--file', 'torn.jwt'],
    ['import', 'keys', '--dir', who.home],
    ['add', 'import', '-u', torn],
    ['add', 'import', '-u', 'torn.jwt'],
    ['describe', 'jwt', '-f', 'torn.jwt'],
    ['validate', '-f', 'torn.jwt'],
    ['push', '-u', 'nats://127.0.0.1:1', '-K', foreign],
    ['load', '--url', 'http://127.0.0.1:1/', '--seed', foreign],
    ['load', '--profile', `nsc://nobody?secret=${foreign}`],
    ['migrate', '--url', 'torn.jwt'],
    ['fix', '--in', who.home, '--out', 'out', '--creds'],
    ['tool', 'pub', 'a', '-u', foreign],
    ['delete', 'user', foreign],
    ['revocations', 'add-user', '-u', foreign],
    [foreign],
    ['add', foreign],
    ['--private-key', foreign, 'nonsense'],
  ].map((line) => ['nsc', ...line]);
  attempts.push(
    ['nk', '-gen', foreign],
    ['nk', '-inkey', 'damaged.nk', '-pubout'],
    ['nk', '-inkey', foreign, '-pubout'],
    ['nk', '-sign', foreign, '-inkey', 'wrong.nk'],
    ['nk', '-verify', 'torn.jwt', '-pubin', 'wrong.nk', '-sigfile', 'torn.jwt'],
    ['nk', '-verify', 'torn.jwt', '-inkey', 'wrong.nk', '-sigfile', 'damaged.nk'],
    ['nk', '-gen', 'user', '-pre', foreign],
    ['nk', foreign],
  );
  const kept = [...below(data(who, 'keys'))].filter((path) => path.endsWith('.nk'));
  const stored = kept.map((path) => readFileSync(path, 'utf8'));
  const body = (seed: string) => seed.slice(4, 40);
  for (const line of attempts) {
    for (const more of [[], ['--as', 'json']]) {
      // Go's flags end at the first word that is none.
      const [tool = '', ...words] = line;
      const { status, out, err } = await who.run([
        tool,
        ...(tool === 'nk' ? [...more, ...words] : [...words, ...more]),
      ]);
      const told = out + err;
      for (const secret of [...stored, foreign, wrong].map(body)) {
        assert.ok(!told.includes(secret), `${line[0]} ${line[1]} (${status}) shows a seed: ${told}`);
      }
      assert.doesNotMatch(told, /S[OAUNCMX][A-Z2-7]{56}/, `${line[0]} ${line[1]} shows a seed`);
      assert.ok(!told.includes(torn.slice(-40)), `${line[0]} ${line[1]} shows a token: ${told}`);
    }
  }
  const open = [...below(data(who))].filter((path) => (statSync(path).mode & 0o077) !== 0);
  assert.deepEqual(open, []);
});

test('every file that holds a secret is its owner’s alone, whatever the umask', async () => {
  const who = user();
  const script = [
    'umask 0',
    'nsc add operator O --sys',
    'nsc add account A',
    'nsc add user u',
    'nsc generate creds -n u -o u.creds',
    'nsc export keys -A -d keys',
    'nsc generate config --mem-resolver --config-file s.conf',
    'nsc describe user u -R -o u.jwt',
  ].join(' && ');
  const ran = await who.run(['sh', '-c', script]);
  assert.equal(ran.status, 0, ran.err);
  const secret = /S[OAUX][A-Z2-7]{56}|eyJ0eXAi/;
  for (const path of below(who.home)) {
    const stat = statSync(path);
    if (stat.isDirectory()) continue;
    if (!secret.test(readFileSync(path, 'utf8'))) continue;
    assert.equal(stat.mode & 0o777, 0o600, path);
  }
  for (const path of below(data(who))) {
    const stat = statSync(path);
    if (stat.isDirectory()) assert.equal(stat.mode & 0o777, 0o700, path);
  }
});

const hostile = ['..', '../../../evil', 'a\\..\\evil', ' .. ', '/tmp/natsbox-evil'];

/** What there is outside of the store and of the input files. */
function outside(who: User): string[] {
  const names = [...below(who.home)].map((path) => relative(who.home, path));
  return names.filter((name) => /evil/.test(name));
}

test('names never lead out of the store, typed or from tokens', async () => {
  const who = await filled();
  const [operator, account, person] = await Promise.all(
    (['operator', 'account', 'user'] as const).map((kind) => createKeyPair(kind)),
  );
  const tokens = new Map<string, string>();
  const server = createServer((request, response) => {
    const token = tokens.get((request.url ?? '').split('/').at(-1) ?? '');
    response.statusCode = token === undefined ? 404 : 200;
    response.end(token);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwt/v1`;
  const sign = async (claims: Claims, name: string, pair: KeyPair) => {
    claims.name = name;
    return encode(claims, pair, now());
  };
  const before = [...below(data(who, 'stores'))].sort();
  for (const name of hostile) {
    for (const kind of ['operator', 'account', 'user']) {
      const { status } = await nsc(who, 'add', kind, '--name', name);
      assert.equal(status, 1, `add ${kind} ${JSON.stringify(name)}`);
    }
    const o = newOperator(operator!.publicKey);
    o.nats.account_server_url = url;
    tokens.set('operator', await sign(o, name, operator!));
    tokens.set(account!.publicKey, await sign(newAccount(account!.publicKey), name, operator!));
    who.file('in/o.jwt', tokens.get('operator')!);
    who.file('in/a.jwt', tokens.get(account!.publicKey)!);
    who.file('in/u.jwt', await sign(newUser(person!.publicKey), name, account!));
    who.file('in/a.nk', await seedText(account!));
    const lines: string[][] = [
      ['add', 'operator', '-u', 'in/o.jwt'],
      ['import', 'account', '--file', 'in/a.jwt', '--force', '--skip'],
      ['import', 'user', '--file', 'in/u.jwt', '--skip'],
      ['migrate', '--url', 'in/a.jwt', '-F'],
      ['load', '--url', `${url}/operator`, '--seed', 'in/a.nk'],
      ['load', '--url', `${url}/operator`, '--seed', 'in/a.nk', '--user', name],
      ['fix', '--in', 'in', '--out', 'fixed'],
      ['select', 'account', name],
      ['env', '-o', name],
      ['delete', 'user', name],
      ['generate', 'context', '--context', name],
    ];
    for (const line of lines) {
      const { status } = await nsc(who, ...line);
      assert.notEqual(status, 0, `${line.join(' ')} with ${JSON.stringify(name)}`);
    }
    assert.deepEqual(outside(who), []);
    assert.deepEqual([...below(data(who, 'stores'))].sort(), before, JSON.stringify(name));
  }
  assert.ok(!existsSync('/tmp/natsbox-evil'));
  // A server's answer to pull: the account we asked for, under another name.
  await ok(who, `edit operator --account-jwt-server-url ${url}`);
  const own = (await ok(who, 'describe account A -F sub')).trim().replaceAll('"', '');
  tokens.set(own, await sign(newAccount(account!.publicKey), '../../evil', operator!));
  assert.equal((await nsc(who, 'pull', '-a', 'A')).status, 1);
  assert.deepEqual([...below(data(who, 'stores'))].sort(), before);
});

test('twenty that write at once lose nothing', async () => {
  const who = await filled();
  const ids = Array.from({ length: 20 }, (_, i) => i);
  const ran = await Promise.all([
    ...ids.map((i) => nsc(who, 'add', 'user', `w${i}`, '-a', 'A')),
    ...ids.slice(0, 8).map((i) => nsc(who, 'edit', 'account', 'A', '--tag', `t${i}`)),
    ...ids.slice(0, 8).map((i) => nsc(who, 'edit', 'operator', '--service-url', `nats://h${i}:4222`)),
  ]);
  for (const { status, err } of ran) assert.equal(status, 0, err);
  const listed = JSON.parse(await ok(who, 'list users -a A --as json')) as unknown[];
  assert.equal(listed.length, 21);
  const tags = JSON.parse(await ok(who, 'describe account A -F nats.tags')) as string[];
  assert.deepEqual(
    tags.sort(),
    ids.slice(0, 8).map((i) => `t${i}`),
  );
  const urls = JSON.parse(await ok(who, 'describe operator -F nats.operator_service_urls')) as string[];
  assert.equal(urls.length, 8);
  for (const i of ids) assert.ok(existsSync(data(who, `keys/creds/O/A/w${i}.creds`)));
  await ok(who, 'validate -A');
  const left = [...below(who.home)].filter((path) => /\.lock|\.tmp|~$/.test(path));
  assert.deepEqual(left, []);
});
