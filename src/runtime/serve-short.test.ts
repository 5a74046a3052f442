import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortFlags } from './serve-short.ts';

test('flags in all of their forms', () => {
  assert.deepEqual(shortFlags(['-a', '127.0.0.1', '--port=4333', '-DV', '--tls=false', '-c=x.conf', '--user', 'joe']), {
    addr: '127.0.0.1',
    port: '4333',
    DV: true,
    tls: false,
    config: 'x.conf',
    user: 'joe',
  });
  assert.deepEqual(shortFlags([]), {});
});

test('what the command layer has to look at', () => {
  for (const line of [
    '--help',
    '-p',
    '--nope 1',
    'extra',
    '-p 1 -p 2',
    '--as json',
    '-c @file',
    '-p -1',
    '-D=maybe',
    '--',
  ])
    assert.equal(shortFlags(line.split(' ')), undefined, line);
});
