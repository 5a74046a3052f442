import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newAccount } from './account.ts';
import { activationHashId, newActivation } from './activation.ts';
import { newAuthorizationRequest, newAuthorizationResponse } from './authorization.ts';
import { newExport } from './exports.ts';
import { newGeneric } from './generic.ts';
import { newImport } from './imports.ts';
import { type Claims, decode, decodeAs, decodeGeneric, encode, payloadOf, readClaims } from './jwt.ts';
import { type KeyPair, keyPairFromRaw } from './nkeys.ts';
import { newOperator } from './operator.ts';
import { newUserScope } from './scope.ts';
import { unknownFields } from './shape.ts';
import { newUser } from './user.ts';

const NOW = 1_700_000_000;
const pair = (kind: Parameters<typeof keyPairFromRaw>[0], fill: number) =>
  keyPairFromRaw(kind, new Uint8Array(32).fill(fill));
const [operator, account, user, server, other] = await Promise.all([
  pair('operator', 1),
  pair('account', 2),
  pair('user', 3),
  pair('server', 4),
  pair('account', 5),
]);

const payloadText = (token: string) => Buffer.from(token.split('.')[1]!, 'base64url').toString();

/** Signs any payload as any version, to make tokens our encoder never writes. */
async function forge(payload: unknown, key: KeyPair, algorithm = 'ed25519-nkey', old = false): Promise<string> {
  const part = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const head = part({ typ: 'jwt', alg: algorithm });
  const body = part(payload);
  const signature = await key.sign(new TextEncoder().encode(old ? body : `${head}.${body}`));
  return `${head}.${body}.${Buffer.from(signature).toString('base64url')}`;
}

function everyClaim(): [Claims, KeyPair][] {
  const root = newOperator(operator.publicKey);
  root.nats.operator_service_urls.push('nats://localhost:4222');
  const acc = newAccount(account.publicKey);
  acc.name = 'A & <B>';
  acc.nats.exports.push(newExport({ subject: 'q.>', type: 'service' }), newExport({ subject: 'a', type: 'stream' }));
  acc.nats.imports.push(newImport({ subject: 'z', type: 'stream', account: other.publicKey }));
  acc.nats.signing_keys.set(other.publicKey, newUserScope(other.publicKey, 'role'));
  acc.nats.revocations.set('*', 5);
  acc.nats.mappings.set('10', [{ subject: 'x', weight: 40, cluster: 'c' }]);
  acc.nats.mappings.set('9', [{ subject: 'y', weight: 0, cluster: '' }]);
  const use = newUser(user.publicKey);
  use.nats.resp = { max: 1, ttl: 5_000_000_000n };
  const act = newActivation(other.publicKey);
  act.nats.subject = 'q.>';
  act.nats.kind = 'service';
  const request = newAuthorizationRequest(user.publicKey);
  request.nats.user_nkey = user.publicKey;
  const answer = newAuthorizationResponse(user.publicKey);
  answer.aud = server.publicKey;
  answer.nats.error = 'no';
  const generic = newGeneric(operator.publicKey, { type: 'my_type', b: [1, { z: 1, y: 2 }], accounts: ['x'] });
  return [
    [root, operator],
    [acc, operator],
    [use, account],
    [act, account],
    [request, server],
    [answer, account],
    [generic, operator],
  ];
}

test('every type of claims survives signing and reading, and is written again byte for byte', async () => {
  for (const [claims, key] of everyClaim()) {
    const token = await encode(claims, key, NOW + 0.9);
    const read = await decode(token);
    assert.equal(read.kind, claims.kind);
    assert.equal(read.iss, key.publicKey);
    assert.equal(read.iat, NOW);
    assert.match(read.jti, /^[A-Z2-7]{52}$/);
    assert.equal(payloadOf(read), payloadText(token));
    assert.deepEqual(readClaims(token), read);
    assert.equal(JSON.parse(payloadText(token)).nats.version, 2);
  }
});

test('field order, escapes and the id are those of the original', async () => {
  const acc = newAccount(account.publicKey);
  acc.name = 'A & <B>';
  acc.exp = NOW + 60;
  acc.nbf = 1;
  acc.nats.tags.push('x');
  acc.nats.description = 'about';
  acc.nats.trace = { dest: 't', sampling: 7 };
  const token = await encode(acc, operator, NOW);
  const keys = [operator.publicKey, account.publicKey];
  assert.equal(Buffer.from(token.split('.')[0]!, 'base64url').toString(), '{"typ":"JWT","alg":"ed25519-nkey"}');
  assert.equal(
    payloadText(token),
    `{"exp":1700000060,"jti":"${readClaims(token).jti}","iat":1700000000,"iss":"${keys[0]}","name":"A \\u0026 \\u003cB\\u003e","nbf":1,"sub":"${keys[1]}",` +
      '"nats":{"limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1},' +
      '"default_permissions":{"pub":{},"sub":{}},"authorization":{},"trace":{"dest":"t","sampling":7},' +
      '"description":"about","tags":["x"],"type":"account","version":2}}',
  );
});

test('the id is SHA-512/256 over the standard claims, as in a token the original made', async () => {
  // Standard claims and id taken from a token the Go library made.
  const subject = 'AC6HQI2UAMUPDEP7WSYQYWRCLEYBLYVSPL6AHLCUPJTGU32T4KQBKYSG';
  const issuer = 'OBNTQREHEIPRETMAVPVQUCIGERKGZB3ERAV5S5GM3IOEQNHREBJOUARF';
  const acc = newAccount(subject);
  acc.name = 'test';
  const signer = { publicKey: issuer, sign: async () => new Uint8Array(64) };
  const token = await encode(acc, signer, 1_644_279_467);
  assert.equal(readClaims(token).jti, '7WCXBFJKIH7V4JGOGAULKSKNZALUMFLTLYYX257CK6NFNNY7FEWA');
  await assert.rejects(decode(token), /not signed by the key/);
});

test('lists and maps are written in the order of the original', async () => {
  const [claims] = everyClaim()[1]!;
  const { nats } = JSON.parse(payloadText(await encode(claims, operator, NOW)));
  assert.deepEqual(
    nats.exports.map((e: { subject: string }) => e.subject),
    ['a', 'q.>'],
  );
  const text = payloadText(await encode(claims, operator, NOW));
  assert.ok(text.includes('"mappings":{"10":[{"subject":"x","weight":40,"cluster":"c"}],"9":[{"subject":"y"}]}'));
  assert.ok(
    text.includes(
      `"signing_keys":[{"kind":"user_scope","key":"${other.publicKey}","role":"role","template":{"pub":{},"sub":{},"subs":-1,"data":-1,"payload":-1},"description":""}]`,
    ),
  );
});

test('integers to 2^63-1 stay exact', async () => {
  const use = newUser(user.publicKey);
  use.nats.data = 9_223_372_036_854_775_807n;
  use.nats.payload = -9_223_372_036_854_775_808n;
  use.exp = 9_223_372_036_854_775_807n;
  use.nats.resp = { max: -1, ttl: 9_007_199_254_740_993n };
  const read = await decodeAs(await encode(use, account, NOW), 'user');
  assert.equal(read.nats.data, 9_223_372_036_854_775_807n);
  assert.equal(read.nats.payload, -9_223_372_036_854_775_808n);
  assert.equal(read.exp, 9_223_372_036_854_775_807n);
  assert.equal(read.nats.resp?.ttl, 9_007_199_254_740_993n);
  assert.equal(read.nats.subs, -1);
});

test('fields of newer versions are kept, at every depth', async () => {
  const payload = {
    jti: 'x',
    iat: NOW,
    iss: account.publicKey,
    sub: user.publicKey,
    later: { a: [1, 2] },
    nats: {
      pub: { allow: ['a'], soon: true },
      sub: {},
      subs: -1,
      new_limit: 12345678901234567890n,
      type: 'user',
      version: 2,
    },
  };
  const text = JSON.stringify(payload, (_k, v) => (typeof v === 'bigint' ? 'BIG' : v)).replace(
    '"BIG"',
    '12345678901234567890',
  );
  const read = await decodeAs(await forge(text, account), 'user');
  assert.deepEqual(read[unknownFields], { later: { a: [1, 2] } });
  read.nats.pub.allow.push('b');
  const again = payloadText(await encode(read, account, NOW));
  assert.ok(again.includes('"pub":{"allow":["a","b"],"soon":true}'));
  assert.ok(again.includes('"subs":-1,"new_limit":12345678901234567890,"type":"user","version":2}'));
  assert.ok(again.endsWith(',"later":{"a":[1,2]}}'));
});

test('one changed byte anywhere makes a token unusable', async () => {
  const use = newUser(user.publicKey);
  use.name = 'U';
  const token = await encode(use, account, NOW);
  for (let i = 0; i < token.length; i += 7) {
    if (token[i] === '.' || i === token.length - 1) continue;
    const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
    await assert.rejects(decode(changed), `byte ${i}`);
  }
});

test('tokens signed by the wrong kind of key, or another key than they name, are refused', async () => {
  const payload = { iat: NOW, iss: user.publicKey, sub: user.publicKey, nats: { type: 'user', version: 2 } };
  await assert.rejects(decode(await forge(payload, user)), /signed by account keys/);
  await assert.rejects(decode(await forge({ ...payload, iss: account.publicKey }, user)), /not signed by the key/);
  await assert.rejects(decode(await forge({ ...payload, iss: '' }, user)), /not signed by the key/);
});

test('malformed tokens are refused with a reason', async () => {
  const good = await encode(newUser(user.publicKey), account, NOW);
  const body = { iss: account.publicKey, sub: user.publicKey };
  const cases: [string, RegExp][] = [
    ['', /three parts/],
    ['a.b', /three parts/],
    [`${good}.x`, /three parts/],
    [good.replace(/^[^.]+/, Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url')), /algorithm/],
    [good.replace(/^[^.]+/, Buffer.from('{"typ":"JWE","alg":"ed25519-nkey"}').toString('base64url')), /type/],
    [good.replace(/^[^.]+/, '!!!'), /base64url/],
    [good.replace(/\.[^.]+\./, `.${Buffer.from('nope').toString('base64url')}.`), /JSON/],
    [good.replace(/\.[^.]+\./, `.${Buffer.from('[]').toString('base64url')}.`), /object/],
    ['x'.repeat(1024 * 1024 + 1), /characters/],
    [await forge({ ...body, nats: { type: 'user', version: 3 } }, account), /newer version/],
    [await forge({ ...body, nats: { type: 'user' } }, account), /version 0/],
    [await forge({ ...body, nats: { type: 'cluster', version: 2 } }, account), /no longer used/],
    [
      await forge({ ...body, nats: { type: 'user', version: 2, subs: 'many' } }, account),
      /nats\.subs must be an integer/,
    ],
    [await forge({ ...body, nats: { type: 'user', version: 2, subs: 1.5 } }, account), /nats\.subs must be an integer/],
    [await forge({ ...body, nats: { type: 'user', version: 2, pub: [] } }, account), /nats\.pub must be an object/],
    [
      await forge({ ...body, nats: { type: 'account', version: 2, exports: [null] } }, account),
      /exports\[0\] must be no null/,
    ],
    [await forge({ ...body, nats: { type: 'account', version: 2, signing_keys: [{ kind: 'x' }] } }, account), /scope/],
  ];
  for (const [token, reason] of cases) await assert.rejects(decode(token), reason, token.slice(0, 40));
});

test('signing refuses the wrong kind of subject or signer', async () => {
  await assert.rejects(encode(newUser(account.publicKey), account, NOW), /public user key/);
  await assert.rejects(encode(newUser(user.publicKey), operator, NOW), /account keys/);
  await assert.rejects(encode(newOperator(operator.publicKey), account, NOW), /operator keys/);
  await assert.rejects(encode(newGeneric(''), operator, NOW), /no subject/);
  await assert.rejects(encode(newGeneric('x'), await pair('curve', 9), NOW), /Ed25519/);
  const bad = newOperator(operator.publicKey);
  bad.nats.account_server_url = 'no-protocol';
  await assert.rejects(encode(bad, operator, NOW), /requires a protocol/);
});

test('signing does not change the claims it is given', async () => {
  for (const [claims, key] of everyClaim()) {
    const before = structuredClone(claims);
    await encode(claims, key, NOW);
    assert.deepEqual(claims, before);
  }
});

test('decodeAs and decodeGeneric', async () => {
  const token = await encode(newUser(user.publicKey), account, NOW);
  await assert.rejects(decodeAs(token, 'account'), /type account, got one of type user/);
  await assert.rejects(decodeAs(token, 'generic'), /type generic/);
  const generic = await decodeGeneric(token);
  assert.deepEqual(generic.nats, { pub: {}, sub: {}, subs: -1, data: -1, payload: -1, type: 'user', version: 2 });
});

test('version 1 tokens are read, upgraded and signed again as version 2', async () => {
  const top = { jti: 'OLD', iat: 5, iss: operator.publicKey, name: 'old', tags: ['t'] };
  const old = (payload: unknown, key: KeyPair) => forge(payload, key, 'ed25519', true);

  const root = await decodeAs(
    await old(
      { ...top, sub: operator.publicKey, type: 'operator', nats: { system_account: 's', identity: [] } },
      operator,
    ),
    'operator',
  );
  assert.equal(root.nats.version, 1);
  assert.equal(root.nats.system_account, 's');
  assert.deepEqual(root.nats.tags, ['t']);

  const limits = { subs: 7, data: -1, imports: 3, conn: 9, wildcards: true };
  const nats = { limits, signing_keys: [other.publicKey], revocations: { '*': 3 } };
  const acc = await decodeAs(await old({ ...top, sub: account.publicKey, type: 'account', nats }, operator), 'account');
  assert.equal(acc.nats.limits.subs, 7);
  assert.equal(acc.nats.limits.mem_storage, 0);
  assert.deepEqual(acc.nats.signing_keys, new Map([[other.publicKey, null]]));
  assert.deepEqual(acc.nats.revocations, new Map([['*', 3]]));

  const usePayload = {
    ...top,
    iss: account.publicKey,
    sub: user.publicKey,
    type: 'user',
    issuer_account: other.publicKey,
    nats: { src: '1.2.3.4/8, 5.6.7.8/16', max: 3, payload: 4, pub: { allow: ['x'] } },
  };
  const use = await decodeAs(await old(usePayload, account), 'user');
  assert.equal(use.nats.issuer_account, other.publicKey);
  assert.deepEqual(use.nats.src, ['1.2.3.4/8', '5.6.7.8/16']);
  assert.deepEqual([use.nats.subs, use.nats.data, use.nats.payload], [-1, -1, 4]);
  const again = await decodeAs(await encode(use, account, NOW), 'user');
  assert.deepEqual({ ...again.nats, version: 1 }, use.nats);
  assert.equal(again.nats.version, 2);

  const actPayload = {
    ...top,
    iss: account.publicKey,
    sub: other.publicKey,
    type: 'activation',
    nats: { subject: 'a', type: 'stream' },
  };
  const act = await decodeAs(await old(actPayload, account), 'activation');
  assert.equal(act.nats.kind, 'stream');

  const generic = await decodeGeneric(await old({ ...top, sub: 'x', type: 'mine', nats: { a: 1 } }, operator));
  assert.deepEqual(generic.nats, { a: 1, type: 'mine', tags: ['t'] });
  // A version 1 signature covers the payload alone; over both parts it is no version 1 signature.
  await assert.rejects(decode(await forge({ ...top, sub: account.publicKey, type: 'account', nats }, operator)));
});

test('the hash id of an activation', async () => {
  const act = newActivation('AB');
  act.iss = 'AA';
  act.nats.subject = 'foo.*.bar';
  // Padded base32 of SHA-256 over `AA.AB.foo`, then `AA.AB._`, computed with Python's hashlib.
  assert.equal(await activationHashId(act), 'V5U4X7542SA5JTCVAQR7TJEBY4ZWJ2TPIE7P2AX5FGFUMF3DVQGQ====');
  act.nats.subject = '>';
  assert.equal(await activationHashId(act), 'QADD7I7SYBRMOJ5ARSBGRNCNELLI5FSTGAO4C2RVSNJT3JY2LHYA====');
  act.iss = '';
  await assert.rejects(activationHashId(act), /not enough data/);
});

test('any user claims survive a round trip', async () => {
  const subjects = fc.array(fc.string({ maxLength: 12 }), { maxLength: 4 });
  const limit = fc.oneof(fc.integer(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }));
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme' }),
      subjects,
      subjects,
      limit,
      fc.boolean(),
      async (name, allow, deny, n, flag) => {
        const use = newUser(user.publicKey);
        use.name = name;
        Object.assign(use.nats, { pub: { allow, deny }, subs: n, bearer_token: flag, tags: deny });
        const read = await decodeAs(await encode(use, account, NOW), 'user');
        assert.deepEqual({ ...read, jti: '', iat: 0, iss: '' }, use);
      },
    ),
    { numRuns: 60 },
  );
});
