import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quote } from '#base/quote.ts';
import { parseGoUrl } from './go-url.ts';

const parts = (text: string) => {
  const parsed = parseGoUrl(text);
  return 'error' in parsed ? parsed.error : Object.values(parsed.url);
};

test('URLs are taken apart as Go does', () => {
  assert.deepEqual(parts('NATS://u:p@h:4222/a?q#f'), ['nats', true, 'h:4222', 'h', '/a']);
  assert.deepEqual(parts('tls://[::1]:4222'), ['tls', false, '[::1]:4222', '::1', '']);
  assert.deepEqual(parts('http://h'), ['http', false, 'h', 'h', '']);
  assert.deepEqual(parts('nats:opaque'), ['nats', false, '', '', '']);
  assert.deepEqual(parts('host/path'), ['', false, '', '', 'host/path']);
  assert.deepEqual(parts('//h/x'), ['', false, 'h', 'h', '/x']);
  assert.deepEqual(parts(''), ['', false, '', '', '']);
});

test('what Go refuses, with its reason', () => {
  const cases: [string, string][] = [
    [':x', 'missing protocol scheme'],
    ['localhost:4222/x:y', ''],
    ['1host:4222', 'first path segment in URL cannot contain colon'],
    ['a\nb', 'net/url: invalid control character in URL'],
    ['http://h:port', 'invalid port ":port" after host'],
    ['http://[::1', "missing ']' in host"],
    ['http://[::1]x', 'invalid port "x" after host'],
    ['http://a b/', 'invalid character " " in host name'],
    ['http://u ser@h', 'net/url: invalid userinfo'],
    ['http://h/%zz', 'invalid URL escape "%zz"'],
    ['http://h/%2', 'invalid URL escape "%2"'],
  ];
  for (const [text, reason] of cases) {
    const said = parts(text);
    if (reason === '') assert.notEqual(typeof said, 'string', text);
    else assert.equal(said, `parse ${quote(text)}: ${reason}`);
  }
});

test('quote is Go %q', () => {
  assert.equal(quote('a "b" \\ c'), '"a \\"b\\" \\\\ c"');
  assert.equal(
    quote('\n\t\x00\x7f\u00e9\u00a0\u200b\u{1f600}\u2028'),
    '"\\n\\t\\x00\\x7f\u00e9\\u00a0\\u200b\u{1f600}\\u2028"',
  );
});
