import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from './address.ts';
import { rttText } from './rtt.ts';

test('addresses are taken apart, and shown without their secrets', () => {
  const parts = (text: string) => {
    const { shown, login, host, port, scheme } = parseAddress(text);
    return [shown, scheme, login, host, port];
  };
  assert.deepEqual(parts('host'), ['nats://host', 'nats', '', 'host', '4222']);
  assert.deepEqual(parts('tls://u:p@h:1'), ['tls://u:xxxxx@h:1', 'tls', 'u:p@', 'h', '1']);
  assert.deepEqual(parts('nats://token@h'), ['nats://xxxxx@h', 'nats', 'token@', 'h', '4222']);
  assert.deepEqual(parts('nats://[::1]:4'), ['nats://[::1]:4', 'nats', '', '::1', '4']);
  for (const url of ['nats://h:x', 'h:', 'nats://[::1]:-4'])
    assert.throws(() => parseAddress(url), /invalid server URL/);
});

test('the text is right-aligned to the longest address', () => {
  const result = (address: string, rtt: bigint) => ({ time: '', address, rtt, url: '' });
  assert.equal(
    rttText([{ url: 'nats://h', results: [result('nats://1.2.3.4:4222', 243_400n), result('nats://h:4222', 0n)] }]),
    'nats://h:\n\n   nats://1.2.3.4:4222: 243µs\n         nats://h:4222: failed\n\n',
  );
});
