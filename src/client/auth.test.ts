import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeyPair, verifySignature } from '#crypto/nkeys.ts';
import type { ServerInfo } from '#wire/info.ts';
import { jwtHint, parseCreds, parseSeed, signedFields } from './auth.ts';

const info = {} as ServerInfo;
const jwt = 'aaa.bbb.ccc';
const file = (seed: string): string =>
  `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n*** IMPORTANT ***\ntext\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n\n***\n`;

test('credentials: decorated, with Windows line ends, bare JWT, nonsense', () => {
  assert.deepEqual(parseCreds(file('SUX')), { jwt, seed: 'SUX' });
  assert.deepEqual(parseCreds(file('SUX').replaceAll('\n', '\r\n')), { jwt, seed: 'SUX' });
  assert.deepEqual(parseCreds(` ${jwt}\n`), { jwt, seed: undefined });
  for (const bad of ['', 'secret words', '-----BEGIN X-----\nsecret\n-----END X-----\n'])
    assert.throws(
      () => parseCreds(bad),
      (e: Error) => !e.message.includes('secret'),
    );
});

test('seeds: bare, decorated, among other lines', async () => {
  const seed = new TextDecoder().decode((await createKeyPair('user')).seed());
  assert.equal(parseSeed(seed), seed);
  assert.equal(parseSeed(`# my key\n ${seed} \n`), seed);
  assert.equal(parseSeed(file(seed)), seed);
  assert.throws(() => parseSeed('nothing'), { kind: 'usage' });
});

test('the nonce is signed by the key of the seed, base64url without padding', async () => {
  const user = await createKeyPair('user');
  const seed = new TextDecoder().decode(user.seed());
  const fields = await signedFields({ nkeySeed: seed }, { nonce: 'some nonce', info });
  assert.equal(fields.nkey, user.publicKey);
  assert.match(fields.sig!, /^[\w-]{86}$/);
  const signature = new Uint8Array(Buffer.from(fields.sig!, 'base64url'));
  assert.ok(await verifySignature(user.publicKey, new TextEncoder().encode('some nonce'), signature));
  const both = await signedFields({ jwt: () => jwt, nkeySeed: async () => seed }, { nonce: 'n', info });
  assert.deepEqual(Object.keys(both).sort(), ['jwt', 'sig']);
  assert.deepEqual(await signedFields({ jwt }, { nonce: 'n', info }), { jwt });
  assert.deepEqual(Object.keys(await signedFields({ creds: file(seed) }, { nonce: undefined, info })), ['jwt']);
});

test('what a refused token says of itself', () => {
  const token = (claims: object): string => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
  assert.match(jwtHint(token({ exp: 1000 }))!, /expired at 1970-01-01T00:16:40/);
  assert.match(jwtHint(token({ nbf: 4_000_000_000 }))!, /not valid before 2096/);
  assert.equal(jwtHint(token({})), undefined);
  assert.equal(jwtHint('nonsense'), undefined);
});
