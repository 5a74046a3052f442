import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoxError } from '#base/errors.ts';
import { checkFields, fieldNames, fieldOf, parseFields, projectRecord } from './fields.ts';

const stream = {
  config: { name: 'ORDERS', subjects: ['orders.>'], metadata: { '_nats.level': '5' } },
  state: { messages: 9007199254740993n },
  sources: [{ name: 'A', lag: 1 }, { name: 'B' }],
};

test('a field list', () => {
  assert.deepEqual(parseFields('a, b.c,a,'), ['a', 'b.c']);
  assert.throws(
    () => parseFields(' , '),
    (e) => e instanceof BoxError && e.kind === 'usage',
  );
});

test('fields by dotted name, also where keys hold dots or values are lists', () => {
  assert.equal(fieldOf(stream, 'config.name'), 'ORDERS');
  assert.equal(fieldOf(stream, 'state.messages'), 9007199254740993n);
  assert.equal(fieldOf(stream, 'config.metadata._nats.level'), '5');
  assert.deepEqual(fieldOf(stream, 'sources.lag'), [1, null]);
  assert.equal(fieldOf(stream, 'config.nope'), undefined);
  assert.equal(fieldOf(stream, 'constructor'), undefined);
});

test('projection keeps the nesting and the order asked for', () => {
  assert.deepEqual(projectRecord(stream, ['state.messages', 'config.name', 'config.metadata._nats.level']), {
    state: { messages: 9007199254740993n },
    config: { name: 'ORDERS', metadata: { '_nats.level': '5' } },
  });
  assert.deepEqual(projectRecord(stream, ['sources.name', 'sources.lag', 'missing.x']), {
    sources: [
      { name: 'A', lag: 1 },
      { name: 'B', lag: null },
    ],
    missing: { x: null },
  });
  assert.deepEqual(Object.keys(projectRecord(JSON.parse('{"__proto__": 1}'), ['__proto__']) as object), ['__proto__']);
});

test('names in order of appearance', () => {
  assert.deepEqual(fieldNames([{ a: 1, b: { c: 2 } }, { d: [{ e: 1 }] }]), ['a', 'b', 'b.c', 'd', 'd.e']);
});

test('unknown fields are named together with the available ones', () => {
  checkFields(['config.name', 'sources.lag'], [stream]);
  checkFields(['name'], [], ['name', 'size']);
  checkFields(['whatever'], []);
  assert.throws(
    () => checkFields(['nmae'], [{ name: 'x', size: 1 }]),
    (e) => {
      assert.ok(e instanceof BoxError);
      assert.equal(e.message, 'unknown field "nmae", available are: name, size');
      assert.match(e.facts.hint ?? '', /did you mean name\?/);
      return e.kind === 'usage';
    },
  );
  assert.throws(() => checkFields(['config.x'], [stream], ['config', 'config.name']));
  assert.throws(() => checkFields(['x'], [], ['name']));
});
