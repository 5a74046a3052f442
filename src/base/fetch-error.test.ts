import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchErrorText } from './fetch-error.ts';

test('failures are told as Go tells them, whatever the runtime calls them', () => {
  const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });
  const refused = 'Get "http://h:8222/varz": dial tcp h:8222: connect: connection refused';
  assert.equal(fetchErrorText('Get', 'http://h:8222/varz', coded('ECONNREFUSED')), refused);
  const node = Object.assign(new TypeError('fetch failed'), { cause: coded('ECONNREFUSED') });
  assert.equal(fetchErrorText('Get', 'http://h:8222/varz', node), refused);
  assert.equal(
    fetchErrorText('Post', 'https://h/a', coded('EHOSTUNREACH')),
    'Post "https://h/a": dial tcp h:443: connect: no route to host',
  );
  assert.equal(
    fetchErrorText('Get', 'http://[::1]:1/', coded('ConnectionRefused')),
    'Get "http://[::1]:1/": dial tcp [::1]:1: connect: connection refused',
  );
  assert.equal(
    fetchErrorText('Get', 'http://nope/', coded('ENOTFOUND')),
    'Get "http://nope/": dial tcp: lookup nope: no such host',
  );
  assert.equal(fetchErrorText('Get', 'http://h/', coded('EPROTO')), 'Get "http://h/": no TLS is spoken on this port');
  assert.equal(fetchErrorText('Get', 'http://h/', coded('ELSE', 'something else')), 'Get "http://h/": something else');
});
