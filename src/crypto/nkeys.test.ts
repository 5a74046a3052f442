import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as official from '@nats-io/nkeys';
import fc from 'fast-check';
import { nativeCurves } from './ed25519.ts';
import * as nkeys from './nkeys.ts';
import { open, seal } from './xkeys.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const raw32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

const creators = {
  operator: official.createOperator,
  account: official.createAccount,
  user: official.createUser,
  server: official.createServer,
  cluster: official.createCluster,
} as const;

test('every Ed25519 kind agrees with the official library, both ways', async () => {
  for (const kind of Object.keys(creators) as (keyof typeof creators)[]) {
    const theirs = creators[kind]();
    const ours = await nkeys.keyPairFromSeed(theirs.getSeed());
    assert.equal(ours.kind, kind);
    assert.equal(ours.publicKey, theirs.getPublicKey());
    assert.deepEqual(ours.seed(), theirs.getSeed());
    const data = ascii(`nonce of a ${kind}`);
    assert.deepEqual(await ours.sign(data), theirs.sign(data));
    assert.equal(await nkeys.verifySignature(theirs.getPublicKey(), data, theirs.sign(data)), true);

    const made = await nkeys.createKeyPair(kind);
    const seen = official.fromSeed(made.seed());
    assert.equal(seen.getPublicKey(), made.publicKey);
    assert.equal(seen.verify(data, await made.sign(data)), true);
  }
});

test('a fixed vector: RFC 8032 section 7.1, test 3', async () => {
  const hex = (s: string) => new Uint8Array(Buffer.from(s, 'hex'));
  const secret = hex('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7');
  const pair = await nkeys.keyPairFromRaw('user', secret);
  assert.deepEqual(
    nkeys.decodePublic(pair.publicKey)?.raw,
    hex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025'),
  );
  assert.deepEqual(
    await pair.sign(hex('af82')),
    hex(
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ),
  );
});

test('letters, lengths and predicates of all kinds', async () => {
  const letters = {
    operator: 'O',
    account: 'A',
    user: 'U',
    server: 'N',
    cluster: 'C',
    curve: 'X',
    module: 'M',
    service: 'V',
  } as const;
  for (const [name, letter] of Object.entries(letters)) {
    const kind = name as nkeys.KeyKind;
    const pair = await nkeys.createKeyPair(kind);
    const seed = text(pair.seed());
    assert.match(pair.publicKey, new RegExp(`^${letter}[A-D][A-Z2-7]{54}$`));
    assert.match(seed, new RegExp(`^S${letter}[A-Z2-7]{56}$`));
    assert.equal(nkeys.kindOf(pair.publicKey), kind);
    assert.equal(nkeys.kindOf(seed), 'seed');
    assert.equal(nkeys.isPublicKey(pair.publicKey), true);
    assert.equal(nkeys.isPublicKey(pair.publicKey, kind), true);
    assert.equal(nkeys.isPublicKey(pair.publicKey, kind === 'user' ? 'account' : 'user'), false);
    assert.equal(nkeys.isPublicKey(seed), false);
    assert.equal(nkeys.isSeed(seed), true);
    assert.equal(nkeys.isSeed(seed, kind), true);
    assert.equal(nkeys.isSeed(pair.publicKey), false);
    assert.equal(nkeys.isEncodedKey(seed), true);
  }
});

test('encoding round trip, and one changed character never passes', () => {
  fc.assert(
    fc.property(raw32, fc.nat(57), fc.integer({ min: 1, max: 31 }), (raw, at, step) => {
      const seed = nkeys.encodeSeed('account', raw);
      assert.deepEqual(nkeys.decodeSeed(seed), { kind: 'account', raw });
      assert.deepEqual(nkeys.decodePublic(nkeys.encodePublic('user', raw)), { kind: 'user', raw });
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
      const bad = text(seed).split('');
      bad[at] = alphabet[(alphabet.indexOf(bad[at]!) + step) % 32]!;
      // The last character holds two spare bits, which decoders ignore.
      if (at < 57) assert.equal(nkeys.decodeSeed(bad.join('')), undefined);
    }),
  );
});

test('bad seeds are refused without showing them', async () => {
  const good = text((await nkeys.createKeyPair('user')).seed());
  for (const bad of [
    '',
    'SU',
    good.slice(0, -1),
    good.toLowerCase(),
    ` ${good}`,
    `${good}AA`,
    good.replace(/^S/, 'P'),
  ]) {
    await assert.rejects(nkeys.keyPairFromSeed(bad), (error: Error) => !error.message.includes(good.slice(4, 20)));
  }
  await assert.rejects(nkeys.signerFromSeed((await nkeys.createKeyPair('curve')).seed()), /curve/);
});

test('verification fails for other data, keys, signatures and lengths', async () => {
  const pair = await nkeys.createKeyPair('user');
  const other = await nkeys.createKeyPair('user');
  const data = ascii('data');
  const signature = await pair.sign(data);
  const flipped = signature.slice();
  flipped[10]! ^= 1;
  assert.equal(await nkeys.verifySignature(pair.publicKey, data, signature), true);
  assert.equal(await nkeys.verifySignature(pair.publicKey, ascii('date'), signature), false);
  assert.equal(await nkeys.verifySignature(other.publicKey, data, signature), false);
  assert.equal(await nkeys.verifySignature(pair.publicKey, data, flipped), false);
  assert.equal(await nkeys.verifySignature(pair.publicKey, data, signature.subarray(1)), false);
  assert.equal(await nkeys.verifySignature('UABC', data, signature), false);
  assert.equal(
    await nkeys.verifySignature(nkeys.encodePublic('user', new Uint8Array(32).fill(2)), data, signature),
    false,
  );
});

test('the engines agree before and after node:crypto takes over', async () => {
  const pair = await nkeys.createKeyPair('account');
  const data = ascii('the same bytes');
  const first = await pair.sign(data);
  await nativeCurves();
  assert.deepEqual(await pair.sign(data), first);
  const again = await nkeys.keyPairFromSeed(pair.seed());
  assert.deepEqual(await again.sign(data), first);
  assert.equal(again.publicKey, pair.publicKey);
});

test('secrets given as Buffers are copied: wiping the original harms nobody', async () => {
  const given = Buffer.alloc(32, 7);
  const pair = await nkeys.createKeyPair('user', given);
  assert.deepEqual(given, Buffer.alloc(32, 7));
  const curve = await nkeys.keyPairFromRaw('curve', given);
  const seed = Buffer.from(pair.seed());
  const again = await nkeys.keyPairFromSeed(seed);
  given.fill(0);
  seed.fill(0);
  const data = ascii('x');
  assert.equal(await nkeys.verifySignature(pair.publicKey, data, await pair.sign(data)), true);
  assert.deepEqual(await again.sign(data), await pair.sign(data));
  assert.deepEqual(curve.rawSeed(), new Uint8Array(32).fill(7));
  pair.rawSeed().fill(0);
  assert.deepEqual(again.rawSeed(), pair.rawSeed());
});

test('wipe makes a key pair useless', async () => {
  const pair = await nkeys.createKeyPair('user');
  pair.wipe();
  await assert.rejects(pair.sign(ascii('x')));
  assert.deepEqual(pair.rawSeed(), new Uint8Array(32));
});

test('curve keys seal and open with the official library, both ways', async () => {
  const theirs = official.createCurve();
  const ours = await nkeys.createKeyPair('curve');
  assert.equal((await nkeys.keyPairFromSeed(theirs.getSeed())).publicKey, theirs.getPublicKey());
  const data = ascii('sealed for you');
  assert.deepEqual(theirs.open(await seal(ours, theirs.getPublicKey(), data), ours.publicKey), data);
  const sealed = theirs.seal(data, ours.publicKey);
  assert.deepEqual(await open(ours.seed(), theirs.getPublicKey(), sealed), data);
});

test('a box that was touched, cut, misdirected or of another version does not open', async () => {
  const [a, b, c] = await Promise.all([1, 2, 3].map(() => nkeys.createKeyPair('curve')));
  const sealed = await seal(a!, b!.publicKey, ascii('secret'));
  await assert.rejects(open(c!, a!.publicKey, sealed), /could not open/);
  await assert.rejects(open(b!, c!.publicKey, sealed), /could not open/);
  for (let i = 4; i < sealed.length; i += 5) {
    const bad = sealed.slice();
    bad[i]! ^= 0x40;
    await assert.rejects(open(b!, a!.publicKey, bad), /could not open/);
  }
  await assert.rejects(open(b!, a!.publicKey, sealed.subarray(0, 28)), /too short/);
  await assert.rejects(open(b!, a!.publicKey, ascii('xkv2'.padEnd(60, 'x'))), /xkv1/);
  const user = await nkeys.createKeyPair('user');
  await assert.rejects(seal(user, b!.publicKey, ascii('x')), /curve key/);
  await assert.rejects(seal(a!, user.publicKey, ascii('x')), /recipient/);
});
