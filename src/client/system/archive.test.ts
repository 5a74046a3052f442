import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveSource } from './archive.ts';
import { openArchive } from './archive-file.ts';
import { pathOf } from './archive-layout.ts';
import { writeArchive } from './archive-write.ts';
import { readZip } from './zip.ts';
import { writeZip } from './zip-write.ts';

function memory() {
  const chunks: Uint8Array[] = [];
  return {
    write: async (chunk: Uint8Array) => {
      chunks.push(chunk);
    },
    bytes: () => new Uint8Array(Buffer.concat(chunks)),
  };
}

const server = { name: 'n1', host: 'h', id: 'ID1', cluster: 'C1', ver: '2.15.1', time: '' };

test('documents are found by their tags, pages in order', async () => {
  const out = memory();
  const archive = writeArchive(out, Date.UTC(2026, 0, 2));
  const tags = { server: 'n1', cluster: 'C1', artifact_type: 'account_connections', account: 'A' };
  const conn = (cid: number) => ({ server, data: { total: 1, connections: [{ cid }] } });
  await Promise.all([archive.addJson(conn(1), tags), archive.addJson(conn(2), tags)]);
  await archive.addJson({ name: 'S' }, { ...tags, stream: 'S', artifact_type: 'stream_info' });
  await archive.addRaw(new Uint8Array([1, 2]), 'prof', {
    ...{ server: 'n1', cluster: 'C1', artifact_type: 'profile', profile_name: 'goroutine_1' },
  });
  await archive.addJson({ version: 'x' }, { special: 'audit_gather_metadata' });
  await archive.end();

  const bytes = out.bytes();
  assert.deepEqual(readZip(bytes).names, [
    'capture/accounts/A/servers/C1__n1/account_connections/0001.json',
    'capture/accounts/A/servers/C1__n1/account_connections/0002.json',
    'capture/accounts/A/streams/S/replicas/C1__n1/stream_info/0001.json',
    'capture/profiles/C1/n1__goroutine_1.prof',
    'capture/misc/audit_gather_metadata.json',
    'capture/misc/manifest.json',
  ]);
  const opened = await openArchive(bytes);
  assert.deepEqual(opened.clusters, ['C1']);
  assert.deepEqual(opened.servers('C1'), ['n1']);
  assert.deepEqual(opened.replicas('A', 'S'), ['n1']);

  const source = await archiveSource(bytes);
  const [connz, ...others] = await source.ask('CONNZ');
  assert.equal(others.length, 0);
  assert.deepEqual(
    connz?.data?.connections.map((c) => [c.cid, c.account]),
    [
      [1, 'A'],
      [2, 'A'],
    ],
  );
  const [profile] = await source.ask('PROFILEZ', { name: 'goroutine', debug: 1 });
  assert.equal(profile?.data?.profile, btoa('\x01\x02'));
  await assert.rejects(() => source.ask('CONNZ', { acc: 'A' }), /unsupported option for archive connz: acc/);
});

test('names from the network stay names', () => {
  const path = (account: string) => pathOf({ account, server: '..', cluster: '', artifact_type: 't' });
  assert.equal(path('../../x'), 'capture/accounts/..%2F..%2Fx/servers/unclustered__../t');
  assert.equal(path('..'), 'capture/accounts/%2E%2E/servers/unclustered__../t');
  assert.equal(pathOf({ server: 'a\\b', cluster: '/', artifact_type: 't' }), 'capture/clusters/%2F/a%5Cb/t');
});

test('what is no archive says so', async () => {
  const zipOf = async (...members: [string, string][]) => {
    const out = memory();
    const zip = writeZip(out, 0);
    for (const [name, text] of members) await zip.add(name, new TextEncoder().encode(text));
    await zip.end();
    return out.bytes();
  };
  await assert.rejects(() => openArchive(new TextEncoder().encode('hello')), /zip: not a valid zip file/);
  await assert.rejects(() => openArchive(new Uint8Array(0)), /zip: not a valid zip file/);
  const other = await zipOf(['a.txt', 'x']);
  await assert.rejects(() => openArchive(other), /manifest file not found in archive/);
  const manifest = '{"capture/x.json":[{"Name":"special","Value":"x"}]}';
  const torn = await zipOf(['capture/misc/manifest.json', manifest]);
  await assert.rejects(() => openArchive(torn), /file capture\/x\.json is in manifest, but not present/);
  const whole = await zipOf(['capture/misc/manifest.json', '{}']);
  await openArchive(whole);
  for (const at of [whole.length - 30, whole.length - 60]) {
    const damaged = whole.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    await openArchive(damaged).then(
      () => undefined,
      (error: Error) => assert.equal(error.name, 'BoxError'),
    );
  }
});

test('a zip file may have more members than two bytes count', async () => {
  const out = memory();
  const zip = writeZip(out, 0);
  const count = 65_600;
  for (let i = 0; i < count; i++) await zip.add(`m${i}`, new Uint8Array(0));
  await zip.end();
  const read = readZip(out.bytes());
  assert.equal(read.names.length, count);
  assert.equal((await read.read(`m${count - 1}`))?.length, 0);
});
