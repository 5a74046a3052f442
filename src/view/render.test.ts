import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { BoxError } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import { plainOutput } from '#base/terminal.ts';
import type { Plain } from './fields.ts';
import { type DataFormat, dataFormats, type RenderOptions, recordWriter, renderAs, streamRenderer } from './render.ts';

const streams = [
  { name: 'ORDERS', messages: 9007199254740993n, subjects: ['orders.>'], config: { storage: 'file', 'a.b': 1 } },
  { name: 'say "hi", |you|\n', messages: 0, sealed: true, config: null },
];

function text(format: DataFormat, data: Plain, options?: RenderOptions): string {
  return [...renderAs(format, data, options)].join('');
}

test('json and ndjson, with exact numbers', () => {
  assert.equal(
    text('json', streams.slice(0, 1)),
    '[\n  {\n    "name": "ORDERS",\n    "messages": 9007199254740993,\n    "subjects": [\n      "orders.>"\n    ],\n    "config": {\n      "storage": "file",\n      "a.b": 1\n    }\n  }\n]\n',
  );
  assert.equal(
    text('ndjson', streams).split('\n')[0],
    '{"name":"ORDERS","messages":9007199254740993,"subjects":["orders.>"],"config":{"storage":"file","a.b":1}}',
  );
  assert.equal(text('json', { a: 1 }), '{\n  "a": 1\n}\n');
  assert.equal(text('json', []), '[]\n');
  assert.equal(text('ndjson', []), '');
  assert.equal(text('ndjson', { a: 1 }), '{"a":1}\n');
});

test('csv, tsv and md: all keys in order of appearance, nested values as JSON', () => {
  assert.equal(
    text('csv', streams),
    'name,messages,subjects,config,sealed\nORDERS,9007199254740993,"[""orders.>""]","{""storage"":""file"",""a.b"":1}",\n"say ""hi"", |you|\n",0,,,true\n',
  );
  assert.equal(text('tsv', [{ a: 'x\ty\\', b: 'l1\nl2' }]), 'a\tb\nx\\ty\\\\\tl1\\nl2\n');
  assert.equal(
    text('md', streams, { columns: ['name', 'messages'] }),
    '| name | messages |\n| --- | --- |\n| ORDERS | 9007199254740993 |\n| say "hi", \\|you\\|<br> | 0 |\n',
  );
  assert.equal(text('csv', { a: 1, b: null }), 'a,b\n1,\n');
  assert.equal(text('csv', ['x', 2n]), 'value\nx\n2\n');
  assert.equal(text('csv', [{ 'a.b': 1 }]), 'a.b\n1\n');
  assert.equal(text('csv', [], { columns: ['name', 'size'] }), 'name,size\n');
  assert.equal(text('csv', []), '');
});

test('fields: nested forms stay nested, tables get dotted headings', () => {
  const fields = ['config.storage', 'name'];
  assert.equal(text('ndjson', streams.slice(0, 1), { fields }), '{"config":{"storage":"file"},"name":"ORDERS"}\n');
  assert.equal(text('csv', streams.slice(0, 1), { fields }), 'config.storage,name\nfile,ORDERS\n');
  assert.equal(text('json', streams[0] as Plain, { fields: ['name'] }), '{\n  "name": "ORDERS"\n}\n');
  assert.throws(
    () => text('csv', streams, { fields: ['nmae'] }),
    (e) => e instanceof BoxError && e.kind === 'usage' && /available are: name, messages/.test(e.message),
  );
  assert.throws(() => text('json', [], { fields: ['x'], known: ['name'] }), /unknown field "x"/);
  assert.equal(text('json', [], { fields: ['name'], known: ['name'] }), '[]\n');
});

test('records that arrive one by one', () => {
  const csv = recordWriter('csv', { columns: ['seq', 'subject'] });
  assert.equal(csv.push({ seq: 1n, subject: 'a', more: 1 }), 'seq,subject\n1,a\n');
  assert.equal(csv.push({ seq: 2n }), '2,\n');
  assert.equal(csv.end(), '');
  const json = recordWriter('json', { fields: ['a'] });
  assert.equal(
    json.push({ a: 1, b: 2 }) + json.push({ a: 2 }) + json.end(),
    '[\n  {\n    "a": 1\n  },\n  {\n    "a": 2\n  }\n]\n',
  );
  assert.throws(() => recordWriter('ndjson', { fields: ['x'], known: ['y'] }), /unknown field/);
});

test('records without an end are written at once', () => {
  const out: string[] = [];
  const stream = streamRenderer('csv', (chunk) => out.push(chunk));
  stream.item({ seq: 1n, at: new Date(0) });
  stream.item({ at: 'x', more: 1, seq: 2n });
  stream.end();
  assert.deepEqual(out, ['seq,at\n1,1970-01-01T00:00:00.000Z\n', '2,x\n']);
  const yaml: string[] = [];
  const list = streamRenderer('yaml', (chunk) => yaml.push(chunk), { fields: ['a'] });
  list.item({ a: 1, b: 2 });
  list.item({ a: 2 });
  list.end();
  assert.equal(yaml.join(''), '- a: 1\n- a: 2\n');
});

test('yaml', () => {
  assert.equal(text('yaml', { name: 'x', subjects: ['a'] }), 'name: x\nsubjects:\n- a\n');
  assert.equal(
    text(
      'yaml',
      streams.slice(1).map(({ name }) => ({ name })),
    ),
    '- name: |\n    say "hi", |you|\n',
  );
  assert.equal(text('yaml', []), '[]\n');
});

test('a terminal never gets control characters, a pipe gets the data', () => {
  const hostile = [{ a: 'x\x1b[2J\x9b1m\u202e', b: ['\x07'] }];
  for (const format of dataFormats) {
    const shown = text(format, hostile, { facts: { ...plainOutput, isTTY: true } });
    assert.doesNotMatch(shown, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/, format);
  }
  assert.ok(text('csv', hostile).includes('\x1b[2J\x9b1m\u202e'));
  assert.deepEqual(
    parseJson(text('json', hostile, { facts: { ...plainOutput, isTTY: true } })),
    parseJson(text('json', hostile)),
  );
});

test('json reads back as what it was', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.bigInt({ min: 1n << 60n, max: 1n << 64n }),
    fc.boolean(),
    fc.constant(null),
  );
  const record = fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
    leaf,
  );
  fc.assert(
    fc.property(fc.array(record), fc.boolean(), (records, isTTY) => {
      const facts = { ...plainOutput, isTTY };
      assert.deepEqual(
        parseJson(text('json', records, { facts })),
        records.map((r) => ({ ...r })),
      );
      const lines = text('ndjson', records, { facts }).split('\n').slice(0, -1);
      assert.deepEqual(
        lines.map((line) => parseJson(line)),
        records.map((r) => ({ ...r })),
      );
    }),
  );
});

test('a reader of either version of YAML gets the same data back', () => {
  const words = fc
    .oneof(fc.string({ unit: 'binary' }), fc.string(), fc.stringMatching(/^[a-zA-Z0-9:.#,\- ]{0,8}$/))
    .map((s) => s.toWellFormed());
  const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const leaf = fc.oneof(words, number, fc.boolean(), fc.constant(null));
  const key = words.filter((name) => name !== '__proto__' && name !== '<<');
  const inner = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(key, leaf, { maxKeys: 3 }));
  const record = fc.dictionary(key, fc.oneof(inner, fc.array(inner, { maxLength: 3 })), { maxKeys: 3 });
  fc.assert(
    fc.property(record, fc.constantFrom('1.1' as const, '1.2' as const), (data, version) => {
      const normal = JSON.parse(JSON.stringify(data));
      const document = text('yaml', normal);
      assert.doesNotMatch(document, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      assert.deepEqual(parse(document, { version, uniqueKeys: false }), normal);
    }),
  );
});
