// Contexts as people keep and use them: files, selection, secrets, precedence.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer, type Server } from '#server/index.ts';
import { createUser, type User } from '#test/program.ts';

let server: Server;
let user: User;
before(async () => {
  server = await createServer({
    host: '127.0.0.1',
    port: 0,
    auth: {
      users: [
        { user: 'joe', password: 's3cret' },
        { user: 'ann', password: 'pw' },
      ],
    },
  });
  user = createUser();
});
after(async () => {
  user.remove();
  await server.close();
});

const nats = (...argv: string[]) => user.run(['nats', ...argv]);
const contextFile = (name: string) => join(user.config, 'nats/context', `${name}.json`);
const stored = (name: string) => JSON.parse(readFileSync(contextFile(name), 'utf8'));
const selected = () => readFileSync(join(user.config, 'nats/context.txt'), 'utf8');

test('a context is a private file with every key, and is used when selected', async () => {
  const made = await nats(
    'context',
    'add',
    'joe',
    '-s',
    server.url,
    '--user',
    'joe',
    '--password',
    's3cret',
    '--description',
    'D',
  );
  assert.equal(made.status, 0);
  assert.match(
    made.out,
    /^NATS Configuration Context "joe"\n\n {2}Description: D\n {2}Server URLs: nats:.*\n {5}Username: joe\n {5}Password: \*{6}\n/,
  );
  assert.ok(!made.out.includes('s3cret'));
  const data = stored('joe');
  assert.deepEqual(Object.keys(data).length, 24);
  assert.deepEqual(
    [data.user, data.password, data.windows_ca_certs_match, data.tls_first],
    ['joe', 's3cret', null, false],
  );
  assert.equal(statSync(contextFile('joe')).mode & 0o777, 0o600);
  assert.equal(statSync(join(user.config, 'nats/context')).mode & 0o777, 0o700);
  assert.equal((await nats('context', 'select', 'joe')).status, 0);
  assert.equal(selected(), 'joe');
  assert.equal((await nats('pub', 'a', 'b')).status, 0);
  assert.equal((await nats('--no-context', 'pub', 'a', 'b', '-s', server.url)).status, 1);
});

test('flag before environment before context', async () => {
  await nats('context', 'add', 'wrong', '-s', server.url, '--user', 'joe', '--password', 'wrong');
  const pub = (env: Record<string, string>, ...argv: string[]) => user.run(['nats', ...argv, 'pub', 'a', 'b'], { env });
  assert.equal((await pub({}, '--context', 'wrong')).status, 1);
  assert.equal((await pub({ NATS_PASSWORD: 's3cret' }, '--context', 'wrong')).status, 0);
  assert.equal((await pub({ NATS_PASSWORD: 'bad' }, '--context', 'wrong', '--password', 's3cret')).status, 0);
  assert.equal((await pub({ NATS_CONTEXT: 'wrong' })).status, 1);
  assert.equal((await pub({ NATS_URL: 'nats://127.0.0.1:1' })).status, 1);
  assert.equal((await pub({ NATS_URL: 'nats://127.0.0.1:1' }, '-s', server.url)).status, 0);
  assert.equal((await pub({}, '--context', contextFile('joe'))).status, 0);
});

test('changing keeps what is not mentioned, unknown keys too', async () => {
  user.file(
    '.config/nats/context/own.json',
    JSON.stringify({ url: server.url, user: 'ann', password: 'pw', future: { a: 1 } }),
  );
  await nats('context', 'add', 'own', '--description', 'mine');
  assert.deepEqual([stored('own').user, stored('own').description, stored('own').future], ['ann', 'mine', { a: 1 }]);
  await nats('context', 'copy', 'own', 'copy', '--js-domain', 'hub');
  assert.deepEqual([stored('copy').jetstream_domain, stored('copy').future], ['hub', { a: 1 }]);
  assert.match((await nats('context', 'copy', 'own', 'copy')).err, /context "copy" already exist/);
  assert.match((await nats('context', 'copy', 'none', 'x')).err, /unknown context "none"/);
});

test('a context that names no server stands for the one of this machine', async () => {
  user.file('.config/nats/context/bare.json', '{"description": "bare"}');
  assert.match((await nats('context', 'info', 'bare')).out, /^ +Server URLs: nats:\/\/127\.0\.0\.1:4222$/m);
  const info = await nats('context', 'info', 'bare', '--json');
  assert.equal((JSON.parse(info.out) as { url: string }).url, 'nats://127.0.0.1:4222');
});

test('a secret that cannot be read is told even where no server is', async () => {
  const away = ['--no-context', '-s', 'nats://127.0.0.1:1', 'pub', 'a', 'b'];
  for (const flag of ['--creds', '--nkey']) {
    const { err, status } = await nats(flag, '/nowhere/it', ...away);
    assert.equal(status, 1);
    assert.match(err, /^nats: error: nats: open \/nowhere\/it: no such file or directory$/m);
  }
  assert.match((await nats(...away)).err, /no servers available for connection/);
});

test('a folder of contexts that is none is an error in the words of the system', async () => {
  const place = user.file('notes', 'no folder');
  const ls = await user.run(['nats', 'context', 'ls'], { env: { XDG_CONFIG_HOME: place } });
  assert.equal(ls.err, `nats: error: open ${place}/nats/context: not a directory\n`);
  const add = await user.run(['nats', 'context', 'add', 'x'], { env: { XDG_CONFIG_HOME: place } });
  assert.equal(add.err, `nats: error: mkdir ${place}/nats/context: not a directory\n`);
});

test('an editor gets YAML; what it breaks changes nothing', async () => {
  await nats('context', 'add', 'edited', '-s', 'nats://a:1', '--description', 'before: "x"');
  const edit = (script: string, how = {}) =>
    user.run(['nats', 'context', 'edit', 'edited'], {
      env: { EDITOR: `${user.file('ed', `#!/bin/sh\n${script}\n`, 0o755)} --flag` },
      ...how,
    });
  const done = await edit('case "$2" in *.yaml) sed -i s/before/after/ "$2";; esac');
  assert.equal(done.status, 0, done.err);
  assert.equal(stored('edited').description, 'after: "x"');
  for (const script of ['echo "{" > "$2"', 'echo "url: [1]" > "$2"', 'exit 3']) {
    assert.equal((await edit(script)).status, 1, script);
    assert.equal(stored('edited').description, 'after: "x"');
  }
  assert.match((await nats('context', 'edit', 'edited')).err, /set EDITOR environment variable/);
});

test('select, previous, unselect, rm', async () => {
  for (const name of ['one', 'two']) await nats('context', 'add', name, '-s', 'nats://a:1');
  await nats('context', 'select', 'one');
  await nats('context', 'select', 'two');
  assert.match((await nats('context', 'previous')).out, /Context "one"/);
  assert.equal(selected(), 'one');
  const refused = await nats('context', 'rm', 'one');
  assert.match(refused.err, /cannot remove the selected context/);
  assert.match((await nats('context', 'rm', 'two')).err, /could not obtain confirmation/);
  assert.equal((await nats('context', 'rm', 'one', '--force')).status, 0);
  assert.match((await nats('context', 'info')).err, /no default context and no name supplied/);
  assert.equal((await nats('context', 'rm', 'one', '--force')).status, 0);
  await nats('context', 'select', 'two');
  assert.equal((await nats('context', 'unselect')).out, 'Unselected the "two" context\n');
  assert.equal((await nats('context', 'unselect')).out, 'No context currently selected\n');
  assert.match((await nats('context', 'select', 'none')).err, /context not found: "none"/);
});

test('a selected context that is gone is told of and forgotten', async () => {
  user.file('.config/nats/context.txt', 'gone\n');
  const lost = await nats('pub', 'a', 'b');
  assert.equal(lost.status, 1);
  assert.equal(lost.out, 'The selected context "gone" was not found, unselecting it\n\n');
  assert.match(lost.err, /nats: error: context not found/);
  assert.equal((await nats('pub', 'a', 'b', '-s', server.url, '--user', 'joe', '--password', 's3cret')).status, 0);
});

test('files that are no contexts do not keep the others from being listed', async () => {
  user.file('.config/nats/context/broken.json', '{');
  user.file('.config/nats/context/empty.json', '');
  const list = await nats('context', 'ls', '--names');
  assert.equal(list.status, 0);
  assert.deepEqual(
    list.out
      .trim()
      .split('\n')
      .filter((n) => ['broken', 'empty', 'joe'].includes(n)),
    ['joe'],
  );
  assert.match(list.err, /Could not load context broken: .*not valid JSON/);
  const names = JSON.parse((await nats('context', 'ls', '--json')).out).map((c: { name: string }) => c.name);
  assert.ok(names.includes('joe'));
  assert.equal((await nats('context', 'validate', 'broken')).status, 1);
  await nats('context', 'rm', 'broken', '-f');
});

test('names cannot leave the folder', async () => {
  for (const name of ['a/b', 'a\\b', '..', '../x', '']) {
    for (const verb of ['add', 'rm']) {
      const { status, err } = await nats('context', verb, name, ...(verb === 'rm' ? ['-f'] : []));
      assert.deepEqual([status, /invalid context name/.test(err)], [1, true], `${verb} ${name}`);
    }
  }
});

test('secrets: from a variable, a file, embedded; checked by validate', async () => {
  await nats('context', 'add', 'env', '-s', server.url, '--user', 'joe', '--password', 'env://JOES');
  const pub = (env: Record<string, string>) => user.run(['nats', '--context', 'env', 'pub', 'a', 'b'], { env });
  assert.equal((await pub({ JOES: 's3cret' })).status, 0);
  const unset = await pub({});
  assert.deepEqual([unset.status, unset.err.includes('variable "JOES" is not set')], [1, true]);
  user.file('user.creds', '-----BEGIN NATS USER JWT-----\nx\n');
  await nats('context', 'add', 'creds', '-s', server.url, '--creds', '~/user.creds');
  assert.match((await nats('context', 'info', 'creds')).out, /Credentials: ~\/user\.creds \(OK\)/);
  await nats('context', 'add', 'creds', '--creds', join(user.home, 'user.creds'), '--embed');
  assert.match(stored('creds').creds, /^data:;base64,LS0t/);
  assert.match((await nats('context', 'info', 'creds')).out, /Credentials: embedded data/);
  const clash = await nats('context', 'add', 'creds', '--user', 'joe', '--password', 'x');
  assert.match(clash.err, /too many types of credentials/);
  await nats('context', 'add', 'lost', '-s', server.url, '--creds', '/none/user.creds');
  const invalid = await nats('context', 'validate', 'lost', '--as', 'json');
  assert.equal(invalid.status, 1);
  assert.deepEqual(JSON.parse(invalid.out), [{ name: 'lost', valid: false, files: { creds: 'ERROR' } }]);
  assert.equal((await nats('context', 'validate', 'joe', '--connect', '--strict')).status, 0);
  assert.equal((await nats('context', 'validate', 'wrong', '--connect', '--strict')).status, 10);
  const off = await nats('context', 'info', 'wrong', '--connect');
  assert.deepEqual([off.status, /Connection: nats: Authorization Violation/.test(off.out)], [0, true]);
});

test('--plan changes nothing', async () => {
  const before = stored('joe');
  await nats('context', 'add', 'joe', '--description', 'other', '--plan');
  await nats('context', 'add', 'planned', '--plan', '--select');
  await nats('context', 'rm', 'joe', '-f', '--plan');
  assert.deepEqual(stored('joe'), before);
  assert.equal((await nats('context', 'info', 'planned')).status, 1);
});
