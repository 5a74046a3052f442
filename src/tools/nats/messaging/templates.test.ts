import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeRuntime } from '#runtime/fake.ts';
import { createExpander, hasTemplate, randomText } from './templates.ts';

const runtime = fakeRuntime({ now: 1_700_000_000_123_456_789n });
const { text, bytes } = createExpander(runtime);
const utf8 = (s: string) => new TextEncoder().encode(s);

test('functions and fields', () => {
  assert.equal(text('{{Count}} {{ .Count }} {{.Cnt}} {{Cnt}}', { count: 7 }), '7 7 7 7');
  assert.equal(text('{{Unix}} {{.UnixNano}}', { count: 1 }), '1700000000 1700000000123456789');
  assert.match(text('{{ID}}', { count: 1 }), /^[A-Za-z0-9]{22}$/);
  assert.match(text('{{.ID}}', { count: 1 }), /^[A-Za-z0-9]{22}$/);
  assert.match(text('{{Time}}', { count: 1 }), /^\d{1,2}:\d\d[AP]M$/);
  assert.match(text('{{TimeStamp}}', { count: 1 }), /^2023-11-1[45]T\d\d:\d\d:20(Z|[+-]\d\d:\d\d)$/);
  assert.equal(text('{{if eq Count 2}}two{{else}}other{{end}}', { count: 2 }), 'two');
  assert.equal(text('grün {{Count}} ü', { count: 1 }), 'grün 1 ü');
});

test('the request is there only where there is one', () => {
  const request = utf8('grüße');
  assert.equal(text('{{Request}} {{.Request}}', { count: 0, request }), 'grüße grüße');
  assert.throws(() => text('{{Request}}', { count: 0 }));
  assert.equal(text('[{{.Request}}]', { count: 0 }), '[]');
});

test('bytes that are no text survive around and inside of templates', () => {
  const body = Uint8Array.from([0xff, 0, ...utf8('{{Count}}'), 0xc3, 0x28]);
  assert.deepEqual([...bytes(body, { count: 12 })], [0xff, 0, 49, 50, 0xc3, 0x28]);
  const request = Uint8Array.of(0xff, 0xfe);
  assert.deepEqual([...bytes(utf8('{{.Request}}'), { count: 0, request })], [0xff, 0xfe]);
  assert.equal(text('ü {{"\\u20ac"}}', { count: 1 }), 'ü €');
  const plain = Uint8Array.of(1, 2, 3);
  assert.equal(bytes(plain, { count: 1 }), plain);
});

test('broken templates are errors', () => {
  for (const broken of [
    '{{',
    '{{Nope}}',
    '{{.Nope}}',
    '{{Random 1}}',
    '{{Random 1 2 3}}',
    '{{Random "a" 2}}',
    '{{Random "1" 2}}',
    '{{Random 1e12 1e12}}',
    '{{Random 1000000000000000000000 1}}',
    '{{.Random 1 2}}',
    '{{Count 1}}',
    '{{Count Count}}',
    '{{.Count 1}}',
    '{{ID 1}}',
    '{{.ID 1}}',
    '{{TimeStamp "x"}}',
    '{{range .}}{{end}}',
  ]) {
    assert.throws(() => text(broken, { count: 1 }), /./, broken);
  }
});

test('the whole data is shown as the original shows it, and nothing of this program', () => {
  for (const whole of ['{{.}}', '{{$}}', '{{print .}}']) {
    const shown = /^\{7 7 1700000000 1700000000123456789 2023-11-1[45]T\S+ \d{1,2}:\d\d[AP]M \}$/;
    assert.match(text(whole, { count: 7 }), shown, whole);
  }
});

test('random text has the length asked for, either way round', () => {
  for (const [a, b] of [
    [3, 3],
    [2, 6],
    [6, 2],
    [0, 0],
  ] as const) {
    const made = randomText(runtime, a, b);
    assert.ok(made.length >= Math.min(a, b) && made.length <= Math.max(a, b), `${a} ${b}: ${made}`);
    assert.match(made, /^[A-Za-z0-9]*$/);
  }
  assert.equal(text('{{Random 5 5}}', { count: 1 }).length, 5);
});

test('whether there is a template at all', () => {
  assert.deepEqual(
    ['', '{', '{ {', 'a{{b', '{x{{'].map((s) => hasTemplate(utf8(s))),
    [false, false, false, true, true],
  );
});
