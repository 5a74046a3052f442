import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContextFiles, emptyContext, openContexts, parseContext } from './context.ts';

/** Files in memory; `modes` notes what was asked for. */
function memory(start: Record<string, string> = {}): {
  files: ContextFiles;
  data: Map<string, string>;
  modes: Map<string, number | undefined>;
} {
  const data = new Map(Object.entries(start));
  const modes = new Map<string, number | undefined>();
  const files: ContextFiles = {
    readText: async (path) => {
      const text = data.get(path);
      if (text === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' });
      return text;
    },
    write: async (path, text, mode) => {
      data.set(path, text);
      modes.set(path, mode);
    },
    stat: async (path) => (data.has(path) ? { kind: 'file', size: data.get(path)!.length } : undefined),
    list: async (path) => [...data.keys()].filter((k) => k.startsWith(`${path}/`)).map((k) => k.slice(path.length + 1)),
    mkdir: async (path, mode) => void modes.set(path, mode),
    remove: async (path) => void data.delete(path),
  };
  return { files, data, modes };
}

const folder = '/c/nats/context';

test('a saved context has every key in the order of the Go tools, then what we do not know; mode 0600', async () => {
  const { files, data, modes } = memory();
  const store = openContexts('/c', files);
  await store.save('a b.c', {
    config: { ...emptyContext(), url: 'nats://h', tls_first: true },
    unknown: { later: [1, { x: null }] },
  });
  const text = data.get(`${folder}/a b.c.json`)!;
  assert.ok(text.startsWith('{\n  "description": "",\n  "url": "nats://h",\n  "socks_proxy": "",'));
  const parsed = JSON.parse(text) as Record<string, unknown>;
  assert.deepEqual(Object.keys(parsed), [...Object.keys(emptyContext()), 'later']);
  assert.equal(parsed.windows_ca_certs_match, null);
  assert.equal(modes.get(`${folder}/a b.c.json`), 0o600);
  assert.equal(modes.get(folder), 0o700);
  const again = await store.load('a b.c');
  assert.equal(again.config.tls_first, true);
  assert.deepEqual(again.unknown, { later: [1, { x: null }] });
});

test('hand-written files: keys in any case, null, missing keys, a name that is ignored', () => {
  const { config, unknown } = parseContext('{"URL":"nats://x","user":null,"name":"other","Strange":1}');
  assert.deepEqual(config, { ...emptyContext(), url: 'nats://x' });
  assert.deepEqual(unknown, { Strange: 1 });
  for (const bad of ['', '[]', '"x"', '{"url":1}', '{"tls_first":"yes"}', '{"windows_ca_certs_match":[1]}'])
    assert.throws(() => parseContext(bad), { kind: 'error' }, bad);
});

test('names that are no file names are refused, everywhere', async () => {
  const { files, data } = memory();
  const store = openContexts('/c', files);
  for (const bad of ['', 'a/b', 'a\\b', '..', 'a..b']) {
    await assert.rejects(store.save(bad, { config: emptyContext(), unknown: {} }), /^BoxError: invalid context name/);
    await assert.rejects(store.remove(bad), /invalid context name/);
    await assert.rejects(store.load(bad), /invalid context name/);
    assert.equal(await store.known(bad), false);
  }
  assert.equal(data.size, 0);
});

test('listing, selection, the one before, removal', async () => {
  const { files, data } = memory({
    [`${folder}/b.json`]: '{}',
    [`${folder}/a.json`]: '{}',
    [`${folder}/empty.json`]: '',
    [`${folder}/x.txt`]: 'x',
  });
  const store = openContexts('/c', files);
  assert.deepEqual(await store.names(), ['a', 'b']);
  assert.equal(await store.selected(), undefined);
  await store.select('a');
  assert.equal(data.get('/c/nats/context.txt'), 'a');
  assert.equal(await store.previous(), undefined);
  await store.select('b');
  assert.deepEqual([await store.selected(), await store.previous()], ['b', 'a']);
  await store.select(undefined);
  assert.deepEqual([await store.selected(), await store.previous()], [undefined, 'b']);
  assert.equal(data.has('/c/nats/context.txt'), false);
  await store.remove('a');
  await store.remove('a');
  assert.deepEqual(await store.names(), ['b']);
});

test('an unknown context and a broken one say which', async () => {
  const { files } = memory({ [`${folder}/broken.json`]: '{' });
  const store = openContexts('/c', files);
  await assert.rejects(store.load('nope'), { kind: 'not-found', message: 'context not found: "nope"' });
  await assert.rejects(store.load('broken'), { kind: 'error', message: 'context "broken": not valid JSON' });
});
