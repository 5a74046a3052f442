import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createAuthority } from '../../test/lib/certs.ts';
import { certificatePem, pemCertificates, readCertificate, verifiedChains } from './x509.ts';

const authority = createAuthority('Root');
const other = createAuthority('Root');
after(() => {
  authority.remove();
  other.remove();
});

test('a certificate says who it is for', () => {
  const { cert } = authority.issue('srv', ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1', 'URI:spiffe://a/b'], {
    subject: '/C=DE/O=Org, Inc/OU=A/OU=B/CN=srv',
  });
  const [der] = pemCertificates([cert]);
  assert.ok(der);
  const facts = readCertificate(der);
  assert.equal(facts.subject, 'CN=srv,OU=A+OU=B,O=Org\\, Inc,C=DE');
  assert.equal(facts.issuer, 'CN=Root');
  assert.deepEqual(facts.dnsNames, ['localhost']);
  assert.deepEqual(facts.ipAddresses, ['127.0.0.1', '::1']);
  assert.deepEqual(facts.uris, ['spiffe://a/b']);
  assert.equal(facts.signature, 'ECDSA-SHA256');
  assert.equal(facts.isCa, false);
  assert.equal(Math.round((facts.notAfter - facts.notBefore) / 86_400_000), 10);
  assert.match(facts.serial, /^\d{20,}$/);
  assert.equal(certificatePem(der).trim(), cert.slice(cert.indexOf('-----BEGIN')).trim());
});

test('a chain ends at an authority of the same key, not of the same name', async () => {
  const leaf = pemCertificates([authority.issue('leaf', ['DNS:x']).cert]);
  const [right, wrong] = [pemCertificates([authority.ca]), pemCertificates([other.ca])];
  const [chain, ...more] = await verifiedChains(leaf, [...wrong, ...right]);
  assert.equal(more.length, 0);
  assert.deepEqual(chain, [...leaf, ...right]);
  assert.deepEqual(await verifiedChains(leaf, wrong), []);
  assert.deepEqual(await verifiedChains([], right), []);
});

test('what is no certificate is refused, cut off anywhere', () => {
  const [der] = pemCertificates([authority.ca]);
  assert.ok(der);
  for (const length of [0, 1, 2, 3, 10, 100, der.length - 1]) {
    assert.throws(() => readCertificate(der.subarray(0, length)));
  }
});
