// `nats auth` with the built programs: one store with nsc, and a real server in operator mode that takes what was made.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type NatsServer, natsServerPath, startNatsServer } from '../lib/nats-server.ts';
import { createUser, type Ran } from '../lib/program.ts';
import { hasPty, startPty } from '../lib/pty.ts';

const user = createUser();
after(() => user.remove());

const auth = (...args: string[]) => user.run(['nats', 'auth', ...args]);

async function ok(ran: Promise<Ran>): Promise<string> {
  const { status, out, err } = await ran;
  assert.equal(status, 0, `${out}${err}`);
  return out;
}

async function refused(ran: Promise<Ran>, what: RegExp): Promise<Ran> {
  const result = await ran;
  assert.notEqual(result.status, 0, result.out);
  assert.match(result.err, what);
  return result;
}

/** What the tests look at in the data of operators, accounts and users. */
interface Facts {
  readonly issuer: string;
  readonly tags: readonly string[];
  readonly jetstream: boolean;
  readonly revocations: number;
  readonly limits: Readonly<Record<string, number>>;
  readonly publish: object;
  readonly max_payload: number;
  readonly max_subscriptions: number;
  readonly bearer_token: boolean;
  readonly locale: string;
  readonly planned: readonly { readonly path: string }[];
}

const data = async (...args: string[]) => JSON.parse(await ok(auth(...args, '--as', 'json'))) as Facts;
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
const stores = join(user.home, '.local/share/nats/nsc/stores');
const path = (name: string) => join(user.home, name);

describe('the store', () => {
  before(async () => {
    await ok(auth('operator', 'add', 'ACME', '--service', 'nats://127.0.0.1:4222', '--tags', 'Prod'));
    await ok(auth('account', 'add', 'APP', '--defaults', '--jetstream', '--js-disk', '1GB', '--js-memory', '64KB'));
    await ok(auth('account', 'add', 'REPORTS', '--defaults'));
  });

  test('an operator that is named and not there is never replaced by another', async () => {
    await refused(auth('account', 'add', 'X', '--operator', 'NOPE', '--defaults'), /unknown operator: NOPE/);
    await refused(auth('account', 'ls', 'NOPE'), /unknown operator: NOPE/);
    const strict = await auth('operator', 'select', 'NOPE', '--strict');
    assert.equal(strict.status, 3);
    assert.equal(await ok(auth('account', 'ls', '--names')), 'APP\nREPORTS\nSYSTEM\n');
  });

  test('--plan says what would be written and writes nothing', async () => {
    const { out, err } = await auth('account', 'add', 'GHOST', '--defaults', '--plan');
    assert.match(out, /Account GHOST/);
    assert.match(err, /Would write .*GHOST\.jwt/);
    const { planned } = await data('operator', 'add', 'GHOST', '--plan');
    assert.ok(planned.some((change) => change.path.endsWith('/GHOST/GHOST.jwt')));
    await refused(auth('account', 'info', 'GHOST'), /cannot pick an Account/);
    assert.equal(await ok(auth('operator', 'ls', '--names')), 'ACME\n');
  });

  test('an edit changes what is given and nothing else', async () => {
    await ok(auth('account', 'edit', 'APP', '--payload', '1MB', '--js-max-pending', '7', '--js-disk-stream', '1MB'));
    await ok(auth('account', 'edit', 'APP', '--connections', '9', '--tags', 'a'));
    const { limits } = await data('account', 'info', 'APP');
    const { payload, conn, max_ack_pending: pending, disk_storage: disk, disk_max_stream_bytes: most } = limits;
    assert.deepEqual([payload, conn, pending, disk, most], [1_048_576, 9, 7, 1_073_741_824, 1_048_576]);
    await ok(auth('user', 'add', 'edited', 'APP', '--defaults', '--payload', '100', '--bearer', '--locale', 'UTC'));
    await ok(auth('user', 'edit', 'edited', 'APP', '--subscriptions', '5'));
    const { max_payload, max_subscriptions, bearer_token, locale } = await data('user', 'info', 'edited', 'APP');
    assert.deepEqual([max_payload, max_subscriptions, bearer_token, locale], [100, 5, true, 'UTC']);
    await ok(auth('account', 'edit', 'APP', '--no-jetstream'));
    assert.equal((await data('account', 'info', 'APP')).jetstream, false);
    await ok(auth('account', 'edit', 'APP', '--jetstream', '--js-disk=-1', '--js-memory=-1', '--bearer'));
  });

  test('what is wrong is refused and changes nothing', async () => {
    const before = readFileSync(join(stores, 'ACME/accounts/APP/APP.jwt'), 'utf8');
    await refused(auth('account', 'mappings', 'add', 'APP', 'a', 'b', '300'), /weight 300 that exceeds 100/);
    await refused(auth('account', 'exports', 'add', 'E', 'a..b', 'APP'), /error/);
    await refused(auth('operator', 'add', 'a/b'), /name cannot contain/);
    await refused(auth('user', 'add', '../x', 'APP', '--defaults'), /name cannot contain/);
    await refused(auth('user', 'add', 'bad', 'APP', '--defaults', '--pub-allow', 'a b c'), /too many spaces/);
    await refused(auth('account', 'add', 'app', '--defaults'), /already exist/);
    assert.equal(readFileSync(join(stores, 'ACME/accounts/APP/APP.jwt'), 'utf8'), before);
    assert.equal(await ok(auth('user', 'ls', 'APP', '--names')), 'edited\n');
  });

  test('nsc reads and changes what nats auth made, and the other way round', async () => {
    const nsc = (...args: string[]) => user.run(['nsc', ...args]);
    await ok(auth('account', 'keys', 'add', 'APP', 'reader', '--sub-allow', 'orders.>', '--pub-deny', '>'));
    await ok(auth('user', 'add', 'r1', 'APP', '--key', 'reader', '--defaults'));
    await ok(nsc('env', '-o', 'ACME', '-a', 'APP'));
    const { out, err } = await nsc('list', 'users');
    assert.match(`${out}${err}`, /r1/);
    await ok(nsc('validate', '-A'));
    await ok(nsc('add', 'user', '-n', 'by-nsc', '--allow-pub', 'x.>', '-a', 'APP'));
    await ok(nsc('edit', 'account', '-n', 'APP', '--tag', 'fromnsc'));
    await ok(nsc('add', 'account', '-n', 'NSCMADE'));
    const made = await data('user', 'info', 'by-nsc', 'APP');
    assert.deepEqual(made.publish, { allow: ['x.>'], deny: [] });
    assert.ok((await data('account', 'info', 'APP')).tags.includes('fromnsc'));
    await ok(auth('account', 'edit', 'NSCMADE', '--connections', '3'));
    assert.match(await ok(nsc('describe', 'account', '-n', 'NSCMADE', '--json')), /"conn": 3/);
    await ok(auth('user', 'rm', 'by-nsc', 'APP', '--revoke', '--force'));
    assert.equal((await data('account', 'info', 'APP')).revocations, 1);
  });

  test('secrets are private files, and never part of data unless --json asks for them', async () => {
    await ok(auth('user', 'credential', path('e.creds'), 'edited', 'APP', '--expire', '1h'));
    assert.equal(mode(path('e.creds')), '600');
    await refused(auth('user', 'credential', path('e.creds'), 'edited', 'APP'), /already exist/);
    await ok(auth('nkey', 'gen', 'curve', '--output', path('c.xk')));
    assert.equal(mode(path('c.xk')), '600');
    const seed = /S[AUOX][A-Z0-9]{56}/;
    for (const view of [
      ['operator', 'info'],
      ['account', 'info', 'APP'],
      ['user', 'info', 'edited', 'APP'],
    ]) {
      assert.doesNotMatch(await ok(auth(...view, '--as', 'json')), seed);
      assert.match(await ok(auth(...view, '--json')), seed);
    }
    const kept = readFileSync(path('c.xk'), 'utf8');
    const failed = await refused(
      auth('operator', 'import', join(stores, 'ACME/ACME.jwt'), path('c.xk')),
      /invalid seed at 0/,
    );
    assert.ok(!failed.err.includes(kept.trim()));
  });

  test('a sealed backup brings everything back', async () => {
    await ok(auth('operator', 'backup', 'ACME', path('acme.bak'), '--key', path('c.xk')));
    assert.doesNotMatch(readFileSync(path('acme.bak'), 'utf8'), /ACME|\{/);
    const elsewhere = { env: { XDG_DATA_HOME: path('elsewhere') } };
    const restore = ['nats', 'auth', 'operator', 'restore', 'ACME', path('acme.bak')];
    await refused(user.run(restore, elsewhere), /unmarshal failed/);
    await ok(user.run([...restore, '--key', path('c.xk')], elsewhere));
    const all = ['nats', 'auth', 'operator', 'info', 'ACME', '--json'];
    assert.equal(await ok(user.run(all, elsewhere)), await ok(user.run(all)));
    await refused(user.run([...restore, '--key', path('c.xk')], elsewhere), /already exist/);
  });

  test('removing a signing key leaves accounts that servers accept', async () => {
    const key = (await ok(auth('operator', 'keys', 'add'))).trim();
    await ok(auth('account', 'add', 'SIGNED', '--key', key, '--defaults'));
    assert.equal((await data('account', 'info', 'SIGNED')).issuer, key);
    const { err } = await auth('operator', 'keys', 'rm', 'ACME', key, '--force');
    assert.match(err, /Signed 1 account again: SIGNED/);
    assert.notEqual((await data('account', 'info', 'SIGNED')).issuer, key);
    await ok(user.run(['nsc', 'validate', '-A']));
  });

  test('imports, exports and mappings are data in every command', async () => {
    await ok(auth('account', 'exports', 'add', 'T', 't.*', 'APP', '--token-position', '2', '--description', 'd'));
    await ok(
      auth('account', 'imports', 'add', 'T', 't.x', 'REPORTS', '--source', 'APP', '--traceable', '--local', 'lt'),
    );
    const one = JSON.parse(await ok(auth('account', 'exports', 'info', 't.*', 'APP', '--json'))) as object;
    assert.deepEqual(one, { name: 'T', subject: 't.*', type: 'stream', account_token_position: 2, description: 'd' });
    const imports = await ok(auth('account', 'imports', 'ls', 'REPORTS', '--as', 'json'));
    assert.equal((JSON.parse(imports) as { allow_trace?: boolean }[])[0]?.allow_trace, true);
    writeFileSync(
      path('map.yaml'),
      'in.*:\n  - subject: out.{{wildcard(1)}}\n    weight: 40\n  - {subject: other, weight: 60}\n',
    );
    await ok(auth('account', 'mappings', 'add', 'REPORTS', '--config', path('map.yaml')));
    const mappings = JSON.parse(await ok(auth('account', 'mappings', 'info', 'REPORTS', 'in.*', '--json'))) as object;
    const targets = [
      { Subject: 'out.{{wildcard(1)}}', Weight: 40, Cluster: '' },
      { Subject: 'other', Weight: 60, Cluster: '' },
    ];
    assert.deepEqual(mappings, { 'in.*': targets });
    await refused(auth('account', 'mappings', 'info', 'REPORTS', 'none'), /no mappings of "none"/);
    await ok(auth('account', 'imports', 'rm', 'lt', 'REPORTS', '--force'));
    await ok(auth('account', 'exports', 'rm', 't.*', 'APP', '--force'));
    await ok(auth('account', 'mappings', 'rm', 'REPORTS', 'in.*'));
    assert.match(await ok(auth('account', 'mappings', 'ls', 'REPORTS')), /No mappings defined/);
  });

  test('a terminal is asked for what is missing', { skip: !hasPty }, async () => {
    const env = { HOME: user.home, XDG_CONFIG_HOME: user.config, NO_COLOR: '1' };
    const program = new URL('../../dist/bin/nats', import.meta.url).pathname;
    const pty = startPty([program, 'auth', 'account', 'add', '--jetstream'], { env });
    const answers: [RegExp, string][] = [
      [/Account Name/, 'ASKED\r'],
      [/Maximum Connections/, '12\r'],
      [/Maximum Subscriptions/, '\r'],
      [/Disk Storage/, '2GB\r'],
      [/Memory Storage/, '\r'],
    ];
    for (const [question, answer] of answers) {
      await pty.until(question);
      pty.type(answer);
    }
    assert.equal(await pty.exited, 0);
    const { limits } = await data('account', 'info', 'ASKED');
    const { conn, subs, disk_storage: disk, mem_storage: memory } = limits;
    assert.deepEqual([conn, subs, disk, memory], [12, -1, 2 * 1024 ** 3, 1024 ** 3]);
  });

  test('others write while a question stands, and an answer to what they changed is refused', {
    skip: !hasPty,
  }, async () => {
    const env = { HOME: user.home, XDG_CONFIG_HOME: user.config, NO_COLOR: '1' };
    const program = new URL('../../dist/bin/nats', import.meta.url).pathname;
    for (const name of ['ASKS', 'OTHER']) await ok(auth('account', 'add', name, '--defaults'));
    await ok(auth('account', 'exports', 'add', 'E', 'e.>', 'ASKS'));
    const asked = async (edited: string) => {
      const pty = startPty([program, 'auth', 'account', 'exports', 'rm', 'e.>', 'ASKS'], { env });
      await pty.until(/Really remove/);
      await ok(auth('account', 'edit', edited, '--connections', '77'));
      pty.type('y\r');
      return { status: await pty.exited, output: pty.output };
    };
    const refused = await asked('ASKS');
    assert.equal(refused.status, 1);
    assert.match(refused.output, /the store was changed while the question stood/);
    const { limits } = await data('account', 'info', 'ASKS');
    assert.equal(limits.conn, 77, 'the other change is kept');
    assert.equal((await asked('OTHER')).status, 0);
  });
});

const hasServer = (await natsServerPath()) !== undefined;
for (const resolver of hasServer ? ['memory', 'full'] : []) {
  describe(`a server with a ${resolver} resolver`, () => {
    const me = createUser();
    const run = (...args: string[]) => me.run(['nats', 'auth', ...args]);
    const file = (name: string) => join(me.home, name);
    let server: NatsServer;
    const as = (who: string, ...args: string[]) =>
      me.run(['nats', '-s', server.url, '--creds', file(`${who}.creds`), '--timeout', '2s', ...args]);

    before(async () => {
      await ok(run('operator', 'add', 'OP'));
      for (const name of ['MAIN', 'OTHER']) {
        const limits = ['--defaults', '--jetstream', '--js-disk', '1GB', '--js-memory', '1MB', '--js-streams', '1'];
        await ok(run('account', 'add', name, ...limits));
      }
      await ok(run('account', 'exports', 'add', 'STREAM', 'feed.>', 'MAIN'));
      await ok(run('account', 'exports', 'add', 'SERVICE', 'svc', 'MAIN', '--service'));
      await ok(run('account', 'imports', 'add', 'STREAM', 'feed.>', 'OTHER', '--source', 'MAIN', '--local', 'in.>'));
      await ok(
        run('account', 'imports', 'add', 'SERVICE', 'svc', 'OTHER', '--source', 'MAIN', '--service', '--local', 's2'),
      );
      await ok(run('account', 'mappings', 'add', 'MAIN', 'from', 'to'));
      await ok(run('account', 'keys', 'add', 'MAIN', 'reader', '--sub-allow', 'feed.>', '--pub-deny', 'feed.>'));
      const made = [
        ['sys', 'SYSTEM'],
        ['main', 'MAIN'],
        ['tight', 'MAIN', '--pub-allow', 'ok.>', '--payload', '10'],
        ['reader', 'MAIN', '--key', 'reader'],
        ['other', 'OTHER'],
      ];
      for (const [name = '', ...more] of made) {
        await ok(run('user', 'add', name, ...more, '--defaults', '--credential', file(`${name}.creds`)));
      }
      await ok(me.run(['nsc', 'env', '-o', 'OP']));
      const kind = resolver === 'memory' ? '--mem-resolver' : '--nats-resolver';
      const config = file('resolver.conf');
      await ok(me.run(['nsc', 'generate', 'config', kind, '--config-file', config]));
      mkdirSync(file('jwt'), { recursive: true });
      const text = readFileSync(config, 'utf8').replaceAll("'./jwt'", `'${file('jwt')}'`);
      server = await startNatsServer({ config: text, jetstream: true });
    });
    after(async () => {
      await server?.stop();
      me.remove();
    });

    test('push and query', async () => {
      if (resolver === 'full') {
        for (const name of ['MAIN', 'OTHER']) {
          const out = await ok(as('sys', 'auth', 'account', 'push', name));
          assert.match(out, /Update completed on [\s\S]*Success 1 Failed 0 Expected 1/);
        }
      }
      const query = as('sys', 'auth', 'account', 'query', 'MAIN', file('main.jwt'));
      if (resolver === 'memory') {
        const { err } = await refused(query, /server request failed/);
        assert.match(err, /memory resolver/);
        assert.match(await ok(as('sys', 'auth', 'account', 'push', 'MAIN')), /Success 1 Failed 0 Expected 1/);
        return;
      }
      const said = await ok(query);
      assert.match(said, /Name: MAIN[\s\S]*Service Exports: 1/);
      assert.equal(mode(file('main.jwt')), '600');
      const stored = readFileSync(join(me.home, '.local/share/nats/nsc/stores/OP/accounts/MAIN/MAIN.jwt'), 'utf8');
      assert.equal(readFileSync(file('main.jwt'), 'utf8'), stored);
      await refused(as('main', 'auth', 'account', 'push', 'MAIN'), /system privileges/);
      const planned = await ok(as('sys', 'auth', 'account', 'push', 'MAIN', '--plan'));
      assert.match(planned, /Would update account MAIN/);
    });

    test('permissions and limits are those of the user, or of its role', async () => {
      await ok(as('tight', 'pub', 'ok.x', 'short'));
      await refused(as('tight', 'pub', 'no.x', 'short'), /permissions violation/i);
      await refused(as('tight', 'pub', 'ok.x', 'more than ten bytes'), /payload/i);
      await refused(as('reader', 'pub', 'feed.x', 'm'), /permissions violation/i);
      await ok(as('main', 'stream', 'add', 'ONE', '--subjects', 'one', '--defaults'));
      await refused(as('main', 'stream', 'add', 'TWO', '--subjects', 'two', '--defaults'), /maximum number of streams/);
    });

    test('streams, services and mappings cross the accounts', async () => {
      const feed = me.start(['nats', '-s', server.url, '--creds', file('other.creds'), 'sub', 'in.>', '--count', '1']);
      const to = me.start(['nats', '-s', server.url, '--creds', file('main.creds'), 'sub', 'to', '--count', '1']);
      const replier = me.start([
        'nats',
        '-s',
        server.url,
        '--creds',
        file('main.creds'),
        'reply',
        'svc',
        'answer',
        '--count',
        '1',
      ]);
      for (const started of [feed, to]) await started.said(/Subscribing/);
      await replier.said(/Listening/);
      await ok(as('main', 'pub', 'feed.x', 'news'));
      await ok(as('main', 'pub', 'from', 'mapped'));
      assert.match(await ok(as('other', 'req', 's2', 'q', '--raw')), /answer/);
      assert.match((await feed.ended).out, /news/);
      assert.match((await to.ended).out, /mapped/);
      await replier.ended;
    });

    test('a revoked user is thrown out by a push', async () => {
      await ok(as('reader', 'pub', 'free', 'm'));
      await ok(run('user', 'rm', 'reader', 'MAIN', '--revoke', '--force'));
      await ok(as('sys', 'auth', 'account', 'push', 'MAIN'));
      await refused(as('reader', 'pub', 'free', 'm'), /authoriz|revoked/i);
      await ok(as('main', 'pub', 'free', 'm'));
    });
  });
}
