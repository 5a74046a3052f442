import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccountClaims, newAccount } from './account.ts';
import { newActivation } from './activation.ts';
import { newAuthorizationRequest, newAuthorizationResponse } from './authorization.ts';
import { newExport } from './exports.ts';
import { newImport } from './imports.ts';
import { isBlocking } from './issues.ts';
import { type Claims, encode } from './jwt.ts';
import { noJetStream } from './limits.ts';
import { keyPairFromRaw } from './nkeys.ts';
import { newOperator } from './operator.ts';
import { compactRevocations, isRevoked, revoke } from './revocations.ts';
import { newUserScope, scopedSignerProblem } from './scope.ts';
import { newUser, setScoped } from './user.ts';
import { accountDidSign, isActivationRevoked, isUserRevoked, operatorDidSign, validate } from './validate.ts';

const NOW = 1_700_000_000;
const make = (kind: Parameters<typeof keyPairFromRaw>[0], fill: number) =>
  keyPairFromRaw(kind, new Uint8Array(32).fill(fill));
const [operator, account, user, other, server] = await Promise.all([
  make('operator', 1),
  make('account', 2),
  make('user', 3),
  make('account', 5),
  make('server', 6),
]);

/** Issues as `E text`, `W text` and `T text` (time). */
async function found(claims: Claims): Promise<string[]> {
  const letter = { error: 'E', warning: 'W' } as const;
  return (await validate(claims, NOW)).map((i) => `${i.timeCheck ? 'T' : letter[i.level]} ${i.text}`);
}

function anAccount(change: (nats: AccountClaims['nats'], claims: AccountClaims) => void): AccountClaims {
  const claims = newAccount(account.publicKey);
  claims.iss = operator.publicKey;
  change(claims.nats, claims);
  return claims;
}

test('new claims have no issues', async () => {
  const activation = newActivation(other.publicKey);
  Object.assign(activation.nats, { subject: 'a', kind: 'stream' });
  const all = [newOperator(operator.publicKey), anAccount(() => {}), newUser(user.publicKey), activation];
  for (const claims of all) assert.deepEqual(await found(claims), []);
});

test('time checks are warnings that block only when asked', async () => {
  const claims = newUser(user.publicKey);
  claims.exp = NOW - 1;
  claims.nbf = NOW + 1;
  assert.deepEqual(await found(claims), ['T claim is expired', 'T claim is not yet valid']);
  const issues = await validate(claims, NOW);
  assert.equal(isBlocking(issues, false), false);
  assert.equal(isBlocking(issues, true), true);
  assert.deepEqual(await validate(claims, NOW - 1), issues.slice(1));
});

test('operators', async () => {
  const claims = newOperator(operator.publicKey);
  Object.assign(claims.nats, {
    signing_keys: [account.publicKey],
    account_server_url: ':x',
    operator_service_urls: ['nats://ok:1', 'http://a', 'nats://u:p@h', 'nats://h/path', '', 'ws://%zz'],
    system_account: user.publicKey,
    assert_server_version: '2.x.1',
  });
  assert.deepEqual(await found(claims), [
    'E error parsing account server url: parse ":x": missing protocol scheme',
    `E operator service url "http://a" - protocol not supported (only 'nats', 'tls', 'ws', 'wss' only)`,
    'E operator service url "nats://u:p@h" - credentials are not supported',
    'E operator service url "nats://h/path" - paths are not supported',
    'E error parsing operator service url "ws://%zz": parse "ws://%zz": invalid URL escape "%zz"',
    `E ${account.publicKey} is not an operator public key`,
    `E ${user.publicKey} is not an account public key`,
    'E assert server version error: asserted server version cant parse x to int',
  ]);
  claims.nats = { ...newOperator(operator.publicKey).nats, account_server_url: 'host', assert_server_version: '1.2' };
  assert.deepEqual(await found(claims), [
    'E account server url "host" requires a protocol',
    'E assert server version error: asserted server version must be of the form <major>.<minor>.<update>',
  ]);
});

test('exports', async () => {
  const exports = [
    newExport({ subject: '' }),
    newExport({ subject: 'a b', type: 'stream', response_type: 'Singleton', allow_trace: true }),
    newExport({ subject: '.a..b', type: 'service', response_type: 'singleton', response_threshold: -1n }),
    newExport({
      subject: 's',
      type: 'stream',
      response_threshold: 1n,
      service_latency: { sampling: 101, results: 'r.*' },
    }),
    newExport({ subject: 't.*.x', type: 'service', account_token_position: 1 }),
    newExport({ subject: 't.*.y', type: 'service', account_token_position: 4 }),
    newExport({ subject: 'u', type: 'service', account_token_position: 1 }),
    newExport({ subject: 'i', type: 'stream', info_url: 'nohost', description: 'x'.repeat(8193) }),
    newExport({ subject: 'w.>', type: 'service' }),
    newExport({ subject: 'w.1', type: 'service' }),
    newExport({ subject: 'w.2', type: 'stream' }),
  ];
  assert.deepEqual(
    await found(anAccount((nats) => nats.exports.push(...exports))),
    [
      'invalid export type: "unknown"',
      'subject cannot be empty',
      'invalid response type for stream: "Singleton"',
      'AllowTrace only valid for service export',
      'subject "a b" cannot have spaces',
      'invalid response type for service: "singleton"',
      'negative response threshold is invalid',
      'subject ".a..b" cannot start or end with a `.`',
      'subject ".a..b" cannot contain consecutive `.`',
      'latency tracking only permitted for services',
      'sampling percentage needs to be between 1-100',
      'results subject can not contain wildcards',
      'response threshold only valid for services',
      "Account Token Position 1 matches 't' but must match a * in: t.*.x",
      "Account Token Position 4 exceeds length of subject 't.*.y'",
      'Account Token Position can only be used with wildcard subjects: u',
      'Description is too long',
      'error parsing info url: no hostname or scheme',
      'service export subject "w.>" already exports "w.1"',
    ].map((text) => `E ${text}`),
  );
});

test('imports', async () => {
  const from = other.publicKey;
  const imports = [
    newImport({ subject: 'x' }),
    newImport({ subject: 's.>', type: 'service', account: from, allow_trace: true, to: 'old' }),
    newImport({ subject: 'a.*.*', type: 'stream', account: from, local_subject: 'b.$2.$3', share: true }),
    newImport({ subject: 'a.>', type: 'stream', account: from, local_subject: 'b', to: 'c' }),
    newImport({ subject: 'q.1', type: 'service', account: from, token: 'not a token' }),
    newImport({ subject: 'q.*', type: 'service', account: from }),
    newImport({ subject: 'q.*', type: 'service', account: from }),
  ];
  assert.deepEqual(await found(anAccount((nats) => nats.imports.push(...imports))), [
    'E invalid import type: "unknown"',
    'E account to import from is not specified',
    'E AllowTrace only valid for stream import',
    'W the field to has been deprecated (use LocalSubject instead)',
    'E Reference $3 in "b.$2.$3" reference * in "a.*.*" that do not exist',
    'E subject does not contain enough * or reference wildcards $[0-9]',
    'E sharing information (for latency tracking) is only valid for services: "a.*.*"',
    'W the field to has been deprecated (use LocalSubject instead)',
    'E both, renaming subject and subject, need to end or not end in >',
    'E Local Subject replaces To',
    'E import "q.1" contains an invalid activation token',
    `E overlapping subject namespace for "q.*" and "q.1" in same account "${from}"`,
    `E overlapping subject namespace for "q.*" and "q.1" in same account "${from}"`,
    `E overlapping subject namespace for "q.*" and "q.*" in same account "${from}"`,
    `E overlapping subject namespace for "q.*" in account "${from}"`,
  ]);
});

test('activation tokens of imports', async () => {
  const activation = newActivation(account.publicKey);
  Object.assign(activation.nats, { subject: 'p.>', kind: 'service' });
  activation.exp = 1;
  const token = await encode(activation, other, NOW);
  const good = newImport({ subject: 'p.1', type: 'service', account: other.publicKey, token });
  // An expired activation is no issue of the account.
  assert.deepEqual(await found(anAccount((nats) => nats.imports.push(good))), []);
  const bad = newImport({ subject: 'o.1', type: 'stream', account: account.publicKey, token });
  const elsewhere = anAccount((nats, claims) => {
    claims.sub = other.publicKey;
    nats.imports.push(bad);
  });
  assert.deepEqual(await found(elsewhere), [
    'E activation token doesn\'t match account for import "o.1"',
    'E activation token doesn\'t match account it is being included in, "o.1"',
    'E mismatch between token import type service and type of import stream',
    'E activation token import subject "p.>" doesn\'t match import "o.1"',
  ]);
});

test('limits, counts and the rest of an account', async () => {
  const claims = anAccount((nats) => {
    nats.exports.push(newExport({ subject: 'e.*', type: 'stream' }));
    nats.imports.push(newImport({ subject: 'i', type: 'stream', account: other.publicKey }));
    Object.assign(nats.limits, { imports: 0, exports: 0, wildcards: false, mem_storage: 1 });
    nats.limits.tiered_limits.set('', noJetStream());
    nats.default_permissions.pub.allow.push('a q', 'a b c');
    nats.default_permissions.sub.deny.push('ok queue');
    nats.mappings.set('m', [
      { subject: 'x', weight: 60, cluster: '' },
      { subject: 'y', weight: 60, cluster: '' },
      { subject: 'z', weight: 101, cluster: 'c' },
    ]);
    nats.authorization = { auth_users: ['u'], allowed_accounts: ['*', 'a'], xkey: 'x' };
    nats.trace = { dest: 'a.*', sampling: 200 };
    nats.signing_keys.set('bad', null).set('worse', newUserScope('worse', 'r'));
    nats.cluster_traffic = 'other';
    nats.info_url = 'http://h:x/';
  });
  assert.deepEqual(await found(claims), [
    'E JetStream Limits and tiered JetStream Limits are mutually exclusive',
    'E Tiered JetStream Limits can not contain a blank "" tier name',
    'E Permission Subject "a q" is not allowed to contain queue',
    'E Permission Subject "a b c" contains too many spaces',
    'E Mapping "m" has a weight 101 that exceeds 100',
    'E Mapping "m" in cluster "c" exceeds 100% among all of it\'s weighted to mappings',
    'E Mapping "m" exceeds 100% among all of it\'s weighted to mappings',
    'E AuthUser "u" is not a valid user public key',
    'E AllowedAccounts can only be a list of accounts or "*"',
    'E Account "a" is not a valid account public key',
    'E XKey "x" is not a valid public xkey',
    'E the account Trace.Destination subject "a.*" is not a valid publish subject',
    "E the account Trace.Sampling value '200' is not valid, should be in the range [1..100]",
    'E the account contains more imports than allowed by the operator',
    'E the account contains more imports than allowed by the operator',
    'E the account contains more exports than allowed by the operator',
    'E the account contains wildcard exports that are not allowed by the operator',
    'E "bad" is not a valid account signing key',
    'E worse is not an account public key',
    'E error parsing info url: parse "http://h:x/": invalid port ":x" after host',
    'E unknown cluster traffic option: "other"',
  ]);
  const lonely = anAccount((nats) => nats.authorization.allowed_accounts.push('*'));
  assert.deepEqual(await found(lonely), ['E External authorization cannot have accounts without users specified']);
});

test('self-signed accounts with limits are warned about', async () => {
  const claims = anAccount((_nats, top) => {
    top.iss = account.publicKey;
  });
  assert.deepEqual(await found(claims), ["W self-signed account JWTs shouldn't contain operator limits"]);
});

test('users', async () => {
  const claims = newUser(user.publicKey);
  Object.assign(claims.nats, {
    src: ['1.2.3.4/8', '1.2.3.4'],
    times: [
      { start: '8:00:00', end: '24:00:00' },
      { start: '', end: '' },
    ],
    times_location: 'Nowhere/City',
    issuer_account: user.publicKey,
  });
  assert.deepEqual(await found(claims), [
    'E invalid cidr "1.2.3.4" in user src limits',
    'E end in time range is invalid "24:00:00"',
    'E time ranges start must contain a start',
    'E time ranges end must contain an end',
    'E could not parse iana time zone by name: unknown time zone Nowhere/City',
    'E account_id is not an account public key',
  ]);
  claims.nats = { ...newUser(user.publicKey).nats, times_location: 'America/New_York' };
  assert.deepEqual(await found(claims), []);
});

test('activations and authorization claims', async () => {
  const activation = newActivation(account.publicKey);
  activation.nats.issuer_account = 'x';
  activation.exp = 1;
  assert.deepEqual(await found(activation), [
    'T claim is expired',
    'E invalid import type: "unknown"',
    'E subject cannot be empty',
    'E account_id is not an account public key',
  ]);
  const request = newAuthorizationRequest(user.publicKey);
  assert.deepEqual(await found(request), ['E User nkey is required']);
  request.nats.user_nkey = 'x';
  assert.deepEqual(await found(request), ['E User nkey "x" is not a valid user public key']);
  const response = newAuthorizationResponse('x');
  response.nats.issuer_account = 'y';
  assert.deepEqual(await found(response), [
    'E Subject must be a user public key',
    'E Audience must be a server public key',
    'E Error or Jwt is required',
    'E issuer_account is not an account public key',
  ]);
  Object.assign(response, { sub: user.publicKey, aud: server.publicKey });
  Object.assign(response.nats, { jwt: 'a', error: 'b', issuer_account: '' });
  assert.deepEqual(await found(response), ['E Only Error or Jwt can be set']);
});

test('who signed', () => {
  const root = newOperator(operator.publicKey);
  const acc = newAccount(account.publicKey);
  acc.iss = operator.publicKey;
  assert.equal(operatorDidSign(root, acc), true);
  root.nats.strict_signing_key_usage = true;
  assert.equal(operatorDidSign(root, acc), false);
  assert.equal(operatorDidSign(root, { ...root, iss: operator.publicKey }), true);
  acc.iss = other.publicKey;
  assert.equal(operatorDidSign(root, acc), false);
  root.nats.signing_keys.push(other.publicKey);
  assert.equal(operatorDidSign(root, acc), true);

  const use = newUser(user.publicKey);
  use.iss = account.publicKey;
  assert.equal(accountDidSign(acc, use), true);
  use.iss = other.publicKey;
  acc.nats.signing_keys.set(other.publicKey, null);
  assert.equal(accountDidSign(acc, use), false);
  use.nats.issuer_account = account.publicKey;
  assert.equal(accountDidSign(acc, use), true);
});

test('revocations', () => {
  const list = new Map();
  revoke(list, user.publicKey, 100);
  revoke(list, user.publicKey, 50);
  assert.equal(list.get(user.publicKey), 100);
  assert.equal(isRevoked(list, user.publicKey, 100), true);
  assert.equal(isRevoked(list, user.publicKey, 101), false);
  assert.equal(isRevoked(list, 'other', 1), false);
  revoke(list, '*', 100);
  revoke(list, 'late', 200);
  assert.equal(isRevoked(list, 'other', 100), true);
  assert.deepEqual(compactRevocations(list), [[user.publicKey, 100]]);
  assert.deepEqual([...list.keys()], ['*', 'late']);

  const acc = newAccount(account.publicKey);
  acc.nats.revocations = list;
  const use = newUser(user.publicKey);
  assert.equal(isUserRevoked(acc, use), true, 'without a time of issue');
  use.iat = 101;
  assert.equal(isUserRevoked(acc, use), false);
  const activation = { ...newActivation(other.publicKey), iat: 100 };
  assert.equal(isActivationRevoked(newExport({ revocations: list }), activation), true);
});

test('users of scoped keys carry nothing of their own', () => {
  const scope = newUserScope(other.publicKey, 'role');
  const use = newUser(user.publicKey);
  assert.equal(scopedSignerProblem(scope, use), 'issuer not the scoped signer');
  use.iss = other.publicKey;
  assert.equal(scopedSignerProblem(scope, use), 'scoped users require no permissions or limits set');
  use.nats.resp = { max: 1, ttl: 0n };
  setScoped(use, true);
  assert.equal(scopedSignerProblem(scope, use), undefined);
  use.nats.pub.allow.push('x');
  assert.notEqual(scopedSignerProblem(scope, use), undefined);
  setScoped(use, false);
  assert.equal(use.nats.subs, -1);
});
