// A real nats-server in operator mode loads what src/crypto writes, and enforces it on the official client.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect, credsAuthenticator, jwtAuthenticator, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { type AccountClaims, newAccount } from '#crypto/account.ts';
import { newActivation } from '#crypto/activation.ts';
import { newAuthorizationResponse } from '#crypto/authorization.ts';
import { formatCreds } from '#crypto/decorate.ts';
import { newExport } from '#crypto/exports.ts';
import { newImport } from '#crypto/imports.ts';
import { isBlocking } from '#crypto/issues.ts';
import { type Claims, decodeAs, encode } from '#crypto/jwt.ts';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { newOperator } from '#crypto/operator.ts';
import { newUserScope } from '#crypto/scope.ts';
import { newUser, setScoped, type UserClaims } from '#crypto/user.ts';
import { validate } from '#crypto/validate.ts';
import { open, seal } from '#crypto/xkeys.ts';
import { type NatsServer, natsServerPath, startNatsServer } from '#test/nats-server.ts';

const now = () => Math.floor(Date.now() / 1000);
const bytes = (text: string) => new TextEncoder().encode(text);

const keys = {
  operator: await createKeyPair('operator'),
  operatorSigner: await createKeyPair('operator'),
  sys: await createKeyPair('account'),
  app: await createKeyPair('account'),
  appSigner: await createKeyPair('account'),
  appScoped: await createKeyPair('account'),
  exporter: await createKeyPair('account'),
  callout: await createKeyPair('account'),
  calloutUser: await createKeyPair('user'),
  curve: await createKeyPair('curve'),
  revoked: await createKeyPair('user'),
};

/** Signs claims after checking that our own validation finds nothing that blocks. */
async function sign(claims: Claims, key: KeyPair): Promise<string> {
  const token = await encode(claims, key, now());
  const issues = await validate(claims, now());
  assert.equal(isBlocking(issues, false), false, JSON.stringify(issues));
  return token;
}

function accountClaims(key: KeyPair, name: string, change: (claims: AccountClaims) => void = () => {}): AccountClaims {
  const claims = newAccount(key.publicKey);
  claims.name = name;
  change(claims);
  return claims;
}

async function operatorConfig(): Promise<string> {
  const operator = newOperator(keys.operator.publicKey);
  operator.name = 'OP';
  operator.nats.system_account = keys.sys.publicKey;
  operator.nats.signing_keys.push(keys.operatorSigner.publicKey);

  const activation = newActivation(keys.app.publicKey);
  Object.assign(activation.nats, { subject: 'private.>', kind: 'service' });
  const token = await sign(activation, keys.exporter);
  const exporter = accountClaims(keys.exporter, 'EXPORTER', ({ nats }) => {
    nats.exports.push(newExport({ name: 'p', subject: 'private.>', type: 'service', token_req: true }));
    nats.exports.push(newExport({ name: 's', subject: 'feed.*', type: 'stream' }));
  });
  const app = accountClaims(keys.app, 'APP', ({ nats }) => {
    const from = keys.exporter.publicKey;
    nats.imports.push(newImport({ subject: 'private.x', type: 'service', account: from, token, local_subject: 'ask' }));
    nats.imports.push(newImport({ subject: 'feed.*', type: 'stream', account: from, local_subject: 'news.$1' }));
    const scope = newUserScope(keys.appScoped.publicKey, 'role');
    scope.template.pub.allow.push('team.{{tag(team)}}.{{name()}}', '{{account-name()}}.x');
    scope.template.sub.allow.push('_INBOX.>', '{{subject()}}.>');
    nats.signing_keys.set(keys.appSigner.publicKey, null).set(keys.appScoped.publicKey, scope);
    nats.revocations.set(keys.revoked.publicKey, now() + 60);
    nats.mappings.set('old', [{ subject: 'new', weight: 100, cluster: '' }]);
    nats.tags.push('a:b');
  });
  const callout = accountClaims(keys.callout, 'CALLOUT', ({ nats }) => {
    nats.authorization = {
      auth_users: [keys.calloutUser.publicKey],
      allowed_accounts: [keys.callout.publicKey],
      xkey: keys.curve.publicKey,
    };
  });
  const accounts = [accountClaims(keys.sys, 'SYS'), exporter, app, callout];
  const preload = await Promise.all(
    accounts.map(async (claims) => `${claims.sub}: ${await sign(claims, keys.operatorSigner)}`),
  );
  return [
    `operator: ${await sign(operator, keys.operator)}`,
    `system_account: ${keys.sys.publicKey}`,
    'resolver: MEMORY',
    `resolver_preload: {\n${preload.join('\n')}\n}`,
  ].join('\n');
}

const real = { skip: (await natsServerPath()) === undefined && 'no nats-server' };
let server: NatsServer;
before(async () => {
  if (!real.skip) server = await startNatsServer({ config: await operatorConfig() });
});
after(() => server?.stop());

/** Credentials text of a user signed by an account's key. */
async function creds(
  signer: KeyPair,
  change: (claims: UserClaims) => void = () => {},
  key?: KeyPair,
): Promise<{ text: string; key: KeyPair }> {
  const pair = key ?? (await createKeyPair('user'));
  const claims = newUser(pair.publicKey);
  claims.name = 'user';
  change(claims);
  return { text: formatCreds(await sign(claims, signer), pair.publicKey, pair), key: pair };
}

/** Connects with creds; `errors` gives the connection's next asynchronous errors. */
async function enter(text: string): Promise<{ nc: NatsConnection; errors(count: number): Promise<string> }> {
  const nc = await connect({ servers: server.url, authenticator: credsAuthenticator(bytes(text)), reconnect: false });
  const statuses = nc.status()[Symbol.asyncIterator]();
  const errors = async (count: number) => {
    const found: string[] = [];
    while (found.length < count) {
      const { value, done } = await statuses.next();
      if (done) break;
      if (value.type === 'error') found.push(String(value.error));
    }
    return found.join('\n');
  };
  return { nc, errors };
}

const refused = async (text: string) => assert.rejects(enter(text), /authorization violation/i);

test('users of the account key and of a plain signing key connect', real, async () => {
  const one = await enter((await creds(keys.app)).text);
  const two = await enter(
    (
      await creds(keys.appSigner, ({ nats }) => {
        nats.issuer_account = keys.app.publicKey;
      })
    ).text,
  );
  const sub = two.nc.subscribe('new', { max: 1 });
  await two.nc.flush();
  one.nc.publish('old', 'mapped');
  for await (const message of sub) assert.equal(message.string(), 'mapped');
  await Promise.all([one.nc.close(), two.nc.close()]);
});

test('expired, not yet valid, revoked and wrongly signed users are refused', real, async () => {
  await refused((await creds(keys.app, (claims) => Object.assign(claims, { exp: now() - 10 }))).text);
  await refused((await creds(keys.app, undefined, keys.revoked)).text);
  await refused((await creds(keys.appSigner)).text);
  await refused((await creds(await createKeyPair('account'))).text);
  await refused((await creds(keys.app, ({ nats }) => void nats.src.push('10.9.8.0/24'))).text);
  await refused((await creds(keys.app, ({ nats }) => void nats.allowed_connection_types.push('MQTT'))).text);
});

test('a bearer token needs no seed', real, async () => {
  const { text } = await creds(keys.app, ({ nats }) => Object.assign(nats, { bearer_token: true }));
  const token = /(ey\S+)/.exec(text)![1]!;
  const nc = await connect({ servers: server.url, authenticator: jwtAuthenticator(token), reconnect: false });
  await nc.close();
});

test('permissions are enforced', real, async () => {
  const { nc, errors } = await enter((await creds(keys.app, ({ nats }) => void nats.pub.allow.push('ok.>'))).text);
  nc.publish('ok.1');
  nc.publish('other');
  await nc.flush();
  // Errors come in order: the first is not about the allowed subject.
  assert.match(await errors(1), /"other"/);
  await nc.close();
});

test('templates of a scoped key become the user’s permissions', real, async () => {
  const scoped = await creds(keys.appScoped, (claims) => {
    setScoped(claims, true);
    claims.name = 'ann';
    claims.nats.issuer_account = keys.app.publicKey;
    claims.nats.tags.push('team:red', 'team:blue');
  });
  const { nc, errors } = await enter(scoped.text);
  for (const subject of ['team.red.ann', 'team.blue.ann', 'APP.x']) nc.publish(subject);
  for (const subject of ['team.green.ann', 'team.red.bob']) nc.publish(subject);
  await nc.flush();
  assert.match(await errors(2), /"team\.green\.ann"[\s\S]*"team\.red\.bob"/);
  await nc.close();
  // Permissions of its own are refused with a scoped key.
  await refused(
    (
      await creds(keys.appScoped, ({ nats }) => {
        nats.issuer_account = keys.app.publicKey;
      })
    ).text,
  );
});

test('a private service by activation token, and a stream under another name', real, async () => {
  const exporter = await enter((await creds(keys.exporter)).text);
  const app = await enter((await creds(keys.app)).text);
  exporter.nc.subscribe('private.x', { callback: (_e, message) => void message.respond('answer') });
  await exporter.nc.flush();
  assert.equal((await app.nc.request('ask', '', { timeout: 2000 })).string(), 'answer');
  const sub = app.nc.subscribe('news.*', { max: 1 });
  await app.nc.flush();
  exporter.nc.publish('feed.weather', 'sun');
  for await (const message of sub) assert.deepEqual([message.subject, message.string()], ['news.weather', 'sun']);
  await Promise.all([exporter.nc.close(), app.nc.close()]);
});

test('an auth callout request is opened, read and answered, sealed both ways', real, async () => {
  const service = await enter((await creds(keys.callout, undefined, keys.calloutUser)).text);
  const answerCallout = async (message: Msg) => {
    const xkey = message.headers!.get('Nats-Server-Xkey');
    const token = new TextDecoder().decode(await open(keys.curve, xkey, message.data));
    const request = await decodeAs(token, 'authorization_request');
    const answer = newAuthorizationResponse(request.nats.user_nkey);
    answer.aud = request.nats.server_id.id;
    if (request.nats.connect_opts.user === 'ann') {
      const user = newUser(request.nats.user_nkey);
      user.aud = keys.callout.publicKey;
      answer.nats.jwt = await sign(user, keys.callout);
    } else answer.nats.error = 'who?';
    message.respond(await seal(keys.curve, xkey, bytes(await sign(answer, keys.callout))));
  };
  service.nc.subscribe('$SYS.REQ.USER.AUTH', {
    callback: (_error, message) => void answerCallout(message),
  });
  await service.nc.flush();
  const bearer = await creds(keys.callout, ({ nats }) => Object.assign(nats, { bearer_token: true }));
  const jwt = /(ey\S+)/.exec(bearer.text)![1]!;
  const login = (user: string) =>
    connect({ servers: server.url, user, pass: 'x', authenticator: jwtAuthenticator(jwt), reconnect: false });
  const nc = await login('ann');
  await nc.flush();
  await nc.close();
  await assert.rejects(login('bob'), /authorization violation/i);
  await service.nc.close();
});
