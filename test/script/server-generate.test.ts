// nats server generate: what it writes is what nats-server reads.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeZip } from '#client/system/zip-write.ts';
import { natsServerPath, serverTest } from '../lib/nats-server.ts';
import { createUser, type User } from '../lib/program.ts';

let user: User;
before(() => {
  user = createUser();
});
after(() => user.remove());

const generate = (target: string, ...flags: string[]) =>
  user.run(['nats', 'server', 'generate', target, ...flags], { env: { XDG_DATA_HOME: join(user.home, 'share') } });

async function accepts(config: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const path = (await natsServerPath()) ?? '';
  const { status, stderr } = spawnSync(path, ['-t', '-c', join(user.home, config)], { encoding: 'utf8', env });
  assert.equal(status, 0, stderr);
}

serverTest('built-in bundles make configurations the server takes', async () => {
  const compose = await generate(
    'dev',
    '--source',
    'fs:///natsbuilder',
    '--defaults',
    '--set',
    'clusters=2',
    '--as',
    'json',
  );
  assert.equal(compose.status, 0, compose.err);
  const { files } = JSON.parse(compose.out) as { files: string[] };
  assert.ok(files.includes('docker-compose.yaml'));
  assert.equal(statSync(join(user.home, 'dev/cluster.conf')).mode & 0o777, 0o600);
  await accepts('dev/cluster.conf', { NAME: 'n1.c1', GATEWAY: 'c1', ADVERTISE: 'n1:4222' });
  const context = JSON.parse(readFileSync(join(user.home, 'dev/cli/context/c2.json'), 'utf8')) as { url: string };
  assert.match(context.url, /^nats:\/\/n1\.c2\.nats\.internal:4222,/);

  user.file('ngs.creds', '');
  assert.equal(
    (await generate('leaf', '--source', 'fs:///ngsleafnodeconfig', '--defaults', '--set', 'jetstream=yes')).status,
    0,
  );
  assert.match(readFileSync(join(user.home, 'leaf/leafnode.conf'), 'utf8'), /domain: "LEAF"/);

  const none = await generate('op', '--source', 'fs:///operator', '--defaults', '--strict');
  assert.equal(none.status, 3);
  const env = { XDG_DATA_HOME: join(user.home, 'share') };
  const added = await user.run(['nsc', 'add', 'operator', 'O', '--sys'], { env });
  assert.equal(added.status, 0, added.err);
  const operator = await generate('op', '--source', 'fs:///operator', '--defaults', '--set', 'resolver.dir=jwts');
  assert.equal(operator.status, 0, operator.err);
  const config = readFileSync(join(user.home, 'op/server.conf'), 'utf8');
  assert.match(config, /^system_account: A[A-Z2-7]{55}$/m);
  writeFileSync(join(user.home, 'op/server.conf'), config.replace('"jwts"', JSON.stringify(join(user.home, 'jwts'))));
  await accepts('op/server.conf');
});

test('what cannot be done says what would help', async () => {
  user.file('there/x', '');
  const there = await generate('there', '--strict');
  assert.equal(there.status, 8);
  const quiet = await generate('new');
  assert.match(quiet.err, /without a terminal\n {2}hint: use --source BUNDLE/);
  const asks = await generate('new', '--source', 'fs:///natsbuilder', '--set', 'data=d');
  assert.match(asks.err, /--set domain=VALUE, or --defaults/);
  const wrong = await generate('new', '--source', 'fs:///natsbuilder', '--defaults', '--set', 'port=x', '--strict');
  assert.equal(wrong.status, 2);
  const plan = await generate('new', '--source', 'fs:///natsbuilder', '--defaults', '--plan');
  assert.match(plan.out, /^Would create new\/cluster\.conf$/m);
  assert.equal(existsSync(join(user.home, 'new')), false);
});

const parts: Record<string, string> = {
  'bundle.yaml': 'description: A bundle\npost_scaffold: "made [[ .name | upper ]]"\n',
  'form.yaml':
    'properties:\n  - {name: name, required: true, validation: \'value matches "^[a-z]+$"\'}\n  - {name: js, type: bool, default: "false"}\n  - {name: more, conditional: input.js == true, properties: [{name: dir, default: d}]}\n',
  'scaffold.json': '{"left_delimiter":"[[","right_delimiter":"]]","post":[{"*.go":"rm -rf /"}]}',
  'scaffold/a.conf': 'name: [[ .name ]] {{ literal }}\n[[ if .more ]]dir: [[ .more.dir ]][[ end ]]',
  'scaffold/empty.conf': '[[ if false ]]x[[ end ]]',
  'scaffold/more.got': '[[ render "_partials/p" . | write "sub/p.txt" ]]',
  'scaffold/_partials/p': 'partial [[ .name ]]',
};

test('bundles of others come from folders, zip files and web servers', async () => {
  for (const [path, text] of Object.entries(parts)) user.file(`bundle/${path}`, text);
  const made = await generate('m1', '--source', 'bundle', '--set', 'name=abc', '--set', 'js=true', '--defaults');
  assert.equal(made.status, 0, made.err);
  assert.match(made.out, /made ABC\n$/);
  assert.match(made.err, /left out/);
  assert.equal(readFileSync(join(user.home, 'm1/a.conf'), 'utf8'), 'name: abc {{ literal }}\ndir: d');
  assert.equal(readFileSync(join(user.home, 'm1/sub/p.txt'), 'utf8'), 'partial abc');
  assert.equal(existsSync(join(user.home, 'm1/empty.conf')), false);
  const invalid = await generate('m2', '--source', 'bundle', '--set', 'name=ABC', '--defaults');
  assert.equal(invalid.status, 1);

  const zip = await zipOf(parts);
  const file = user.file('bundle.zip', zip);
  assert.equal((await generate('m2', '--source', file, '--set', 'name=abc', '--defaults')).status, 0);
  const web = createServer((request, response) => {
    if (request.url === '/b.zip') response.end(zip);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(web.address() as { port: number }).port}`;
  assert.equal((await generate('m3', '--source', `${at}/b.zip`, '--set', 'name=abc', '--defaults')).status, 0);
  assert.equal((await generate('m4', '--source', `${at}/nope`, '--strict')).status, 3);
  web.close();

  const evil = user.file('evil.zip', await zipOf({ ...parts, '../out.txt': 'x' }));
  assert.match((await generate('m5', '--source', evil, '--set', 'name=abc', '--defaults')).err, /insecure paths/);
  user.file('climb/bundle.yaml', parts['bundle.yaml'] ?? '');
  user.file('climb/scaffold.json', '{}');
  user.file('climb/scaffold/x', '{{ write "../out.txt" "x" }}');
  assert.match((await generate('m6', '--source', 'climb', '--defaults')).err, /outside of the target/);
  assert.equal(existsSync(join(user.home, 'out.txt')), false);
});

async function zipOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const zip = writeZip({ write: async (chunk) => void chunks.push(chunk) }, Date.now());
  for (const [path, text] of Object.entries(files)) await zip.add(path, new TextEncoder().encode(text));
  await zip.end();
  return Buffer.concat(chunks);
}
