/** Auth callout: the same service decides for our server and for nats-server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { open, seal } from '#crypto/xkeys.ts';
import { createServer } from '#server/index.ts';
import { createAuthority } from '#test/certs.ts';
import { signJwt } from '#test/jwt.ts';
import { onBoth, type TestServer, talker } from './server-world.ts';

interface Request {
  readonly sub: string;
  readonly aud: string;
  readonly iss: string;
  readonly nats: {
    readonly user_nkey: string;
    readonly server_id: Record<string, unknown> & { readonly id: string; readonly xkey?: string };
    readonly connect_opts: Record<string, unknown> & { readonly user?: string; readonly pass?: string };
    readonly client_info: Record<string, unknown>;
  };
}

function claimsOf(token: string): Request {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Request;
}

/** What the service answers: claims of the user JWT, or what is wrong on purpose. */
type Decision =
  | { readonly user: Record<string, unknown>; readonly aud?: string; readonly name?: string; readonly exp?: number }
  | { readonly error: string }
  | { readonly raw: string }
  | 'silence';

interface Service {
  readonly requests: Request[];
  readonly headers: (string | undefined)[];
}

interface Keys {
  readonly issuer: KeyPair;
  readonly curve?: KeyPair;
  /** Claims that name the account of a signing key. */
  readonly issuerAccount?: string;
}

const unlimited = { subs: -1, data: -1, payload: -1 };

async function answerTo(request: Request, decision: Decision, keys: Keys): Promise<string> {
  if (decision === 'silence') return '';
  if ('raw' in decision) return decision.raw;
  const { user_nkey, server_id } = request.nats;
  const account = keys.issuerAccount === undefined ? {} : { issuer_account: keys.issuerAccount };
  let body: Record<string, unknown> = { type: 'authorization_response' };
  if ('error' in decision) body = { ...body, error: decision.error };
  else {
    const { user, aud = 'APP', name = '', exp } = decision;
    const times = { aud, ...(exp === undefined ? {} : { exp }) };
    const claims = { type: 'user', ...unlimited, ...account, ...user };
    body = { ...body, jwt: await signJwt(keys.issuer, user_nkey, name, claims, times) };
  }
  return signJwt(keys.issuer, user_nkey, '', { ...body, ...account }, { aud: server_id.id });
}

/** Serves callouts by the user name of the request. */
async function serve(nc: NatsConnection, keys: Keys, decide: (user: string) => Decision): Promise<Service> {
  const service: Service = { requests: [], headers: [] };
  nc.subscribe('$SYS.REQ.USER.AUTH', {
    callback: (_error, m) => {
      void (async () => {
        const from = m.headers?.get('Nats-Server-Xkey') ?? '';
        const plain = from === '' ? m.data : await open(keys.curve!, from, m.data);
        const request = claimsOf(Buffer.from(plain).toString('latin1'));
        service.requests.push(request);
        service.headers.push(from === '' ? undefined : from.slice(0, 1));
        const decision = decide(String(request.nats.connect_opts.user ?? ''));
        if (decision === 'silence') return;
        const answer = await answerTo(request, decision, keys);
        if (from === '' || 'raw' in decision) m.respond(answer);
        else m.respond(await seal(keys.curve!, from, Buffer.from(answer, 'latin1')));
      })();
    },
  });
  await nc.flush();
  return service;
}

async function tryLogin(server: TestServer, connect: Record<string, unknown>, then: string): Promise<string> {
  const c = await talker(server, connect);
  try {
    return await c.ask(then);
  } finally {
    c.end();
  }
}

/** Fields and kinds of a request, without what differs between servers. */
function shapeOf(r: Request): unknown {
  const kinds = (o: object): string[] => Object.entries(o).map(([k, v]) => `${k}:${typeof v}`);
  const { connect_opts, client_info, server_id } = r.nats;
  return {
    sub: r.sub,
    aud: r.aud,
    signedBy: r.iss === server_id.id,
    key: r.nats.user_nkey[0],
    server: kinds(server_id),
    client: {
      ...client_info,
      host: typeof client_info.host,
      id: typeof client_info.id,
      nonce: typeof client_info.nonce,
    },
    connect: connect_opts,
    rest: Object.keys(r.nats).sort(),
  };
}

/** The reason without its details; what is no token at all is told in each server's own words. */
function reasonOf(text: string): string {
  return text.replace(/: .*/, '').replace(/^Expected 3 chunks$/, 'Not a usable token');
}

const decide = (user: string): Decision => {
  switch (user) {
    case 'joe':
      return { user: { pub: { allow: ['foo', '_INBOX.>'] }, sub: { deny: ['no'] } }, name: 'joseph' };
    case 'free':
      return { user: {} };
    case 'auth':
      return { user: {}, aud: 'AUTH' };
    case 'nowhere':
      return { user: {}, aud: 'NOPE' };
    case 'denied':
      return { error: 'not today' };
    case 'empty':
      return { raw: '' };
    case 'junk':
      return { raw: 'eyJ.nothing' };
    case 'late':
      return { user: {}, exp: 1_000_000 };
    case 'limited':
      return { user: { payload: 2, subs: 1 } };
    case 'web':
      return { user: { allowed_connection_types: ['WEBSOCKET'] } };
    case 'other-account':
      return { user: { issuer_account: 'ADZ547B24WHPLWOK7TMLNBSA7FQFXR6UM2NZ4HHNIB7RDFVZQFOZ4GQQ' } };
    default:
      return 'silence';
  }
};

const PROBES = 'SUB foo 1\r\nSUB no 2\r\nPUB foo 3\r\nabc\r\nPUB bar 1\r\nx\r\nPUB $SYS.REQ.USER.AUTH 1\r\nx\r\n';

for (const sealed of [false, true]) {
  test(`a service decides about logins${sealed ? ', sealed' : ''}`, async () => {
    const issuer = await createKeyPair('account');
    const curve = sealed ? await createKeyPair('curve') : undefined;
    const config = `
      accounts { AUTH { users: [ {user: auth-user, password: pw} ] }, APP {}, OWN { users: [ {user: own, password: own} ] } }
      authorization {
        timeout: 1
        auth_callout {
          issuer: ${issuer.publicKey}, account: AUTH, auth_users: [ auth-user ], allowed_accounts: [ APP ]
          ${curve === undefined ? '' : `xkey: ${curve.publicKey}`}
        }
      }`;
    const [ours, real] = await onBoth(config, async (server) => {
      const nc = await connect({ servers: server.url, user: 'auth-user', pass: 'pw' });
      const service = await serve(nc, { issuer, ...(curve === undefined ? {} : { curve }) }, decide);
      const events: string[] = [];
      nc.subscribe('$SYS.ACCOUNT.CLIENT.AUTH.ERR', {
        callback: (_e, m) => void events.push(m.json<{ reason: string }>().reason.replace(/[UNA][A-Z2-7]{55}/g, 'KEY')),
      });
      await nc.flush();
      const said: string[] = [];
      for (const user of [
        'joe',
        'free',
        'auth',
        'nowhere',
        'denied',
        'empty',
        'junk',
        'late',
        'limited',
        'web',
        'other-account',
        'nobody',
      ]) {
        said.push(
          `${user}: ${await tryLogin(server, { user, pass: 'x', name: 'n', lang: 'l', version: '1' }, PROBES)}`,
        );
      }
      said.push(`own: ${await tryLogin(server, { user: 'own', pass: 'own' }, PROBES)}`);
      said.push(`token: ${await tryLogin(server, { auth_token: 't' }, PROBES)}`);
      await nc.flush();
      const shapes = service.requests.map(shapeOf);
      await nc.close();
      // Advisories come from threads of their own: their order is nobody's promise.
      return { said, shapes, headers: service.headers, events: events.map(reasonOf).sort() };
    });
    assert.match(ours.said[0]!, /Permissions Violation for Publish to "bar"/);
    assert.match(ours.said[4]!, /Authorization Violation/);
    if (real !== null) assert.deepEqual(ours, real);
  });
}

test('the service of an account in operator mode', async () => {
  const operator = await createKeyPair('operator');
  const system = await createKeyPair('account');
  const account = await createKeyPair('account');
  const app = await createKeyPair('account');
  const signing = await createKeyPair('account');
  const serviceUser = await createKeyPair('user');
  const sentinel = await createKeyPair('user');
  const limits = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const of = (key: KeyPair, name: string, more: object = {}): Promise<string> =>
    signJwt(operator, key.publicKey, name, { type: 'account', limits, ...more });
  const preload = [
    [system, await of(system, 'SYS')],
    [
      account,
      await of(account, 'C', {
        authorization: { auth_users: [serviceUser.publicKey], allowed_accounts: [app.publicKey] },
      }),
    ],
    [
      app,
      await of(app, 'APP', {
        signing_keys: [
          {
            kind: 'user_scope',
            key: signing.publicKey,
            role: 'r',
            template: { pub: { allow: ['foo'] }, sub: {}, ...unlimited },
            description: '',
          },
        ],
      }),
    ],
  ] as const;
  const op = await signJwt(operator, operator.publicKey, 'OP', { type: 'operator', system_account: system.publicKey });
  const config = `
    operator: ${op}
    resolver: MEMORY
    authorization { timeout: 1 }
    resolver_preload { ${preload.map(([k, jwt]) => `${k.publicKey}: ${jwt}`).join('\n')} }`;
  const serviceJwt = await signJwt(account, serviceUser.publicKey, 'svc', { type: 'user', ...unlimited });
  const guestJwt = await signJwt(account, sentinel.publicKey, 'guest', {
    type: 'user',
    ...unlimited,
    bearer_token: true,
    pub: { deny: ['>'] },
  });
  const [ours, real] = await onBoth(config, async (server) => {
    const { jwtAuthenticator } = await import('@nats-io/transport-node');
    const nc = await connect({ servers: server.url, authenticator: jwtAuthenticator(serviceJwt, serviceUser.seed()) });
    const service = await serve(nc, { issuer: account }, (user) => {
      if (user === 'scoped') return 'silence';
      return user === 'joe' ? { user: { pub: { allow: ['foo'] } } } : { error: 'no' };
    });
    // The same service places users in another account, with a scoped key of that one.
    nc.subscribe('$SYS.REQ.USER.AUTH', {
      callback: (_e, m) => {
        void (async () => {
          const request = claimsOf(m.string());
          if (request.nats.connect_opts.user !== 'scoped') return;
          const user = { type: 'user', issuer_account: app.publicKey };
          const jwt = await signJwt(signing, request.nats.user_nkey, 'sc', user);
          const body = { type: 'authorization_response', jwt };
          m.respond(
            await signJwt(account, request.nats.user_nkey, '', body, { aud: request.nats.server_id.id } as object),
          );
        })();
      },
    });
    await nc.flush();
    const said: string[] = [];
    for (const user of ['joe', 'other', 'scoped']) {
      said.push(`${user}: ${await tryLogin(server, { user, jwt: guestJwt }, PROBES)}`);
    }
    const shapes = service.requests.map(shapeOf);
    await nc.close();
    return { said, shapes };
  });
  assert.match(ours.said[0]!, /MSG foo 1 3/);
  if (real !== null) assert.deepEqual(ours, real);
});

test('a service hears of the certificates a client was let in with', async () => {
  const authority = createAuthority();
  try {
    const at = authority.issue('server', ['IP:127.0.0.1']);
    const middle = authority.issue('middle', [], { authority: true });
    const leaf = authority.issue('leaf', ['DNS:leaf'], { by: middle });
    const issuer = await createKeyPair('account');
    const config = `
      accounts { AUTH { users: [ {user: auth-user, password: pw} ] }, APP {} }
      tls { cert_file: "${at.certFile}", key_file: "${at.keyFile}", ca_file: "${authority.caFile}", verify: true, timeout: 5 }
      authorization {
        timeout: 1
        auth_callout { issuer: ${issuer.publicKey}, account: AUTH, auth_users: [ auth-user ] }
      }`;
    const tls = { ca: authority.ca, cert: leaf.cert + middle.cert, key: leaf.key };
    const [ours, real] = await onBoth(config, async (server) => {
      const nc = await connect({ servers: server.url, user: 'auth-user', pass: 'pw', tls });
      const service = await serve(nc, { issuer }, decide);
      const joe = await connect({ servers: server.url, user: 'joe', pass: 'x', tls });
      await joe.close();
      await nc.close();
      const { client_tls } = service.requests[0]!.nats as unknown as { client_tls: Record<string, unknown> };
      return { ...client_tls, verified_chains: client_tls.verified_chains, cipher: typeof client_tls.cipher };
    });
    assert.deepEqual(ours.verified_chains, [[leaf.cert, middle.cert, authority.ca]]);
    if (real !== null) assert.deepEqual(ours, real);
  } finally {
    authority.remove();
  }
});

test('a service takes over with a reload, and hands back with the next', async () => {
  const issuer = await createKeyPair('account');
  const accounts = { AUTH: { users: [{ user: 'auth-user', password: 'pw' }] }, APP: {} };
  const plain = { host: '127.0.0.1', port: 0, accounts };
  const server = await createServer(plain);
  try {
    const at = { port: server.port, url: server.url } as TestServer;
    const nc = await connect({ servers: server.url, user: 'auth-user', pass: 'pw' });
    const service = await serve(nc, { issuer }, decide);
    const login = (): Promise<string> =>
      tryLogin(at, { user: 'joe', pass: 'x' }, 'SUB no 1\r\nSUB foo 2\r\nPUB foo 2\r\nhi\r\n');
    assert.match(await login(), /Authorization Violation/);
    const callout = { issuer: issuer.publicKey, account: 'AUTH', users: ['auth-user'] };
    await server.reload({ ...plain, auth: { callout } });
    assert.match(await login(), /Permissions Violation for Subscription to "no"[\s\S]*MSG foo 2 2\r\nhi/);
    assert.equal(service.requests[0]?.iss, service.requests[0]?.nats.server_id.id);
    await server.reload(plain);
    assert.match(await login(), /Authorization Violation/);
    assert.equal(service.requests.length, 1);
    await nc.close();
  } finally {
    await server.close();
  }
});
