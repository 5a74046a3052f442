import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { networkContains, parseCidr, parseIp } from './cidr.ts';

test('networks and what lies in them', () => {
  const inside = (network: string, address: string) => networkContains(parseCidr(network)!, address);
  assert.equal(inside('192.168.2.0/24', '192.168.2.77'), true);
  assert.equal(inside('192.168.2.99/24', '192.168.2.77'), true);
  assert.equal(inside('192.168.2.0/24', '192.168.3.1'), false);
  assert.equal(inside('10.0.0.0/13', '10.7.255.255'), true);
  assert.equal(inside('10.0.0.0/13', '10.8.0.0'), false);
  assert.equal(inside('0.0.0.0/0', '1.2.3.4'), true);
  assert.equal(inside('0.0.0.0/0', '::1'), false);
  assert.equal(inside('127.0.0.1/32', '::ffff:127.0.0.1'), true);
  assert.equal(inside('2001:db8::/33', '2001:db8:7fff::1'), true);
  assert.equal(inside('2001:db8::/33', '2001:db8:8000::1'), false);
  assert.equal(inside('10.0.0.0/8', 'no address'), false);
});

test('what is no network', () => {
  for (const bad of [
    '',
    '1.2.3.4',
    '1.2.3/8',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/08',
    '01.2.3.4/8',
    '::1/129',
    '::1%lo/64',
    '1.2.3.4/',
    '/8',
  ])
    assert.equal(parseCidr(bad), undefined, bad);
});

test('addresses are those the runtime knows', () => {
  const piece = fc.constantFrom(':', '::', '.', '0', '1', 'ff', '255', '256', '1.2.3.4', 'abcd', '00');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        fc.array(piece, { maxLength: 12 }).map((p) => p.join('')),
      ),
      (text) => {
        assert.equal(parseIp(text)?.length ?? 0, { 0: 0, 4: 4, 6: 16 }[isIP(text)], text);
      },
    ),
    { numRuns: 2000 },
  );
});
