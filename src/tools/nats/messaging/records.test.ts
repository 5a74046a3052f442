import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MsgHeaders } from '#wire/headers.ts';
import { type codecs, readRecord, recordOf } from './records.ts';

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

test('every message comes back byte for byte, whatever it holds', () => {
  const name = fc.stringMatching(/^[!-9;-~]{1,8}$/);
  const headers = fc.array(fc.tuple(name, fc.stringMatching(/^[^\r\n]{0,8}$/)), { maxLength: 5 });
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      headers,
      fc.constantFrom('text', 'hex', 'base64'),
      (data, list, codec) => {
        const made = list.length > 0 ? MsgHeaders.from(list) : undefined;
        const record = recordOf({ subject: 's', reply: undefined, headers: made, data }, codec as 'text');
        const back = readRecord(encode(record));
        assert.deepEqual(new Uint8Array(back.data), data);
        assert.deepEqual(back.headers?.raw && Buffer.from(back.headers.raw), made && Buffer.from(made.raw));
      },
    ),
  );
});

test('header blocks that are odd are kept as they are', () => {
  for (const text of [
    'NATS/1.0\r\nA:  1 \r\nB:x\r\n\r\n',
    'NATS/1.0 100 Idle\r\n\r\n',
    'NATS/1.0\r\n\r\n',
    'NATS/1.0\r\nno colon\r\n\r\n',
    'NATS/1.0\r\nB\u00a0x: y\r\n: z\r\n\r\n',
    'NATS/1.0\r\n2: a\r\nx: b\r\n1: c\r\n\r\n',
  ]) {
    const headers = MsgHeaders.parse(new TextEncoder().encode(text));
    const back = readRecord(encode(recordOf({ subject: 's', headers, data: new Uint8Array(0) })));
    assert.equal(Buffer.from(back.headers?.raw ?? []).toString(), text);
    assert.equal(back.headers?.received, true, 'it goes out as it is');
  }
  // Bytes that are no UTF-8 cannot be told in JSON either.
  const raw = Uint8Array.from([...new TextEncoder().encode('NATS/1.0\r\nK: '), 0xff, 13, 10, 13, 10]);
  const back = readRecord(encode(recordOf({ subject: 's', headers: MsgHeaders.parse(raw), data: new Uint8Array(0) })));
  assert.deepEqual(Buffer.from(back.headers?.raw ?? []), Buffer.from(raw));
});

test('the forms of a body', () => {
  const of = (text: string | Uint8Array, codec: (typeof codecs)[number]) => {
    const data = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const { subject: _subject, ...body } = recordOf({ subject: 's', data }, codec);
    return body;
  };
  assert.deepEqual(of('grün', 'text'), { data: 'grün' });
  assert.deepEqual(of(Uint8Array.of(0xff), 'text'), { data_base64: '/w==' });
  assert.deepEqual(of('hi', 'hex'), { data_hex: '6869' });
  assert.deepEqual(of('hi', 'base64'), { data_base64: 'aGk=' });
  assert.deepEqual(of('{"a":18446744073709551615}', 'json'), { json: { a: 18446744073709551615n } });
  assert.deepEqual(of('no json', 'json'), { data: 'no json' });
});

test('records made by hand', () => {
  const read = (value: unknown) => {
    const { headers, data } = readRecord(encode(value));
    return [headers?.entries(), Buffer.from(data).toString()];
  };
  assert.deepEqual(read({ subject: 's', headers: { A: 'one', B: ['x', 2] }, json: { a: [1] } }), [
    [
      ['A', 'one'],
      ['B', 'x'],
      ['B', '2'],
    ],
    '{"a":[1]}',
  ]);
  assert.deepEqual(read({ subject: 's' }), [undefined, '']);
  for (const bad of [
    [],
    null,
    1,
    {},
    { subject: 1 },
    { subject: 's', headers: [] },
    { subject: 's', headers: { 'a b': 'x' } },
    { subject: 's', headers: { a: 'x\r\ny: z' } },
    { subject: 's', headers_base64: 7 },
    { subject: 's', headers_base64: '!!!!' },
    { subject: 's', headers_base64: '' },
    { subject: 's', headers_base64: 'AAAA' },
    { subject: 's', headers_base64: Buffer.from('NATS/1.0\r\nA: b\r\n').toString('base64') },
    { subject: 's', headers_base64: Buffer.from('HTTP/1.0\r\nA: b\r\n\r\n').toString('base64') },
    { subject: 's', data: 5 },
    { subject: 's', data_base64: 'a' },
    { subject: 's', data_hex: '1' },
  ]) {
    assert.throws(() => readRecord(encode(bad)), /./, JSON.stringify(bad));
  }
  assert.throws(() => readRecord(new TextEncoder().encode('{')), /JSON/);
  assert.throws(() => readRecord(Uint8Array.of(0xff)), /UTF-8/);
});
