import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { parseJson } from '#base/json64.ts';
import { findSchema, schemaNames, schemaOf, typeOf, UNKNOWN } from './catalog.ts';
import { problemLines, problemsOf } from './check.ts';
import { describe } from './describe.ts';
import type { JsonSchema } from './shapes/build.ts';

const API = 'io.nats.jetstream.api.v1.';
const lines = (name: string, text: string, open = false) =>
  problemLines(problemsOf(findSchema(name) as JsonSchema, parseJson(text), open));

test('every name but that of unknown messages has a schema with its own name, and a sentence', () => {
  const names = schemaNames('.');
  assert.equal(names.length, 83);
  for (const name of names) {
    if (name === UNKNOWN) continue;
    const schema = findSchema(name);
    assert.equal(schema?.title, name);
    assert.match(describe(name), /\w+ \w+/, name);
    assert.ok(!/request $|request$/.test(describe(name)), `${name} says for what`);
    const type = schema?.properties?.['type'];
    if (type?.const !== undefined) assert.equal(type.const, name);
  }
  assert.equal(findSchema(`${API}toString`), undefined);
  assert.equal(findSchema('constructor'), undefined);
});

test('problems are worded and placed as the original does', () => {
  const text = '{"name":"S.x","retention":"nope","storage":"file","num_replicas":9}';
  assert.deepEqual(lines(`${API}stream_configuration`, text), [
    "missing properties: 'max_consumers', 'max_msgs', 'max_bytes', 'max_age'",
    "/name: does not match pattern '^[^.*>]*$'",
    '/retention: value must be one of "limits", "interest", "workqueue"',
    '/num_replicas: must be <= 5 but found 9',
  ]);
  assert.deepEqual(lines(`${API}pub_ack_response`, '{"stream":"","x":1,"error":{"code":5}}'), [
    '/error/code: must be >= 300 but found 5',
    '/stream: length must be >= 1, but got 0',
    "additionalProperties 'x' not allowed",
  ]);
  assert.deepEqual(lines(`${API}pub_ack_response`, '[]'), ['expected object, but got array']);
  const both = `{"type":"${API}stream_delete_response","error":{"code":404},"success":true}`;
  assert.deepEqual(lines(`${API}stream_delete_response`, both), ['valid against schemas at indexes 0 and 1']);
  assert.deepEqual(lines(`${API}pub_ack_response`, '{"stream":"s","x":1}', true), [], 'servers grow');
});

test('numbers are compared exactly up to the last bit', () => {
  const ack = (seq: string) => lines(`${API}pub_ack_response`, `{"stream":"s","seq":${seq}}`);
  assert.deepEqual(ack('18446744073709551615'), []);
  assert.deepEqual(ack('18446744073709551616'), [
    '/seq: must be <= 18446744073709551615 but found 18446744073709551616',
  ]);
  assert.deepEqual(ack('-1'), ['/seq: must be >= 0 but found -1']);
  assert.deepEqual(ack('1.5'), ['/seq: expected integer, but got number']);
});

test('verdicts are those of an independent validator', () => {
  const names = schemaNames('consumer_configuration|stream_configuration|stream_names|pub_ack|info_response$');
  const schemas = names.map((name) => [name, new Validator(plain(findSchema(name)) as object, '7', false)] as const);
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, 0, 1, -1, 512, 1.5, '', 'all', 'limits', 'file', 'a.b', '2026-01-02T03:04:05Z'),
      fc.array(tie('any'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom(...keys), tie('any'), { maxKeys: 8 }),
    ),
  })).any;
  fc.assert(
    fc.property(fc.nat(schemas.length - 1), value, (i, data) => {
      const [name, peer] = schemas[i] as (typeof schemas)[number];
      const ours = problemsOf(findSchema(name) as JsonSchema, data).length === 0;
      assert.equal(ours, peer.validate(data).valid, `${name} ${JSON.stringify(data)}`);
    }),
    { numRuns: 2000 },
  );
});

const keys = 'type name stream seq error code deliver_policy ack_policy opt_start_seq retention storage max_consumers'
  .split(' ')
  .concat('max_msgs max_bytes max_age num_replicas subjects consumers streams total offset limit metadata'.split(' '));

/** Without bigint, which the other validator does not know. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, plain(v)]));
}

test('names that are none are told apart', () => {
  assert.throws(() => schemaOf('foo'), { kind: 'usage', message: /unsupported schema type "foo"/ });
  assert.throws(() => schemaOf('io.nats.nope'), { kind: 'not-found', message: /open nope.json: file does not exist/ });
  assert.equal(typeOf({ type: 'a', schema: 'b' }), 'a');
  assert.equal(typeOf({ schema: 'b' }), 'b');
  assert.equal(typeOf([1]), UNKNOWN);
});
