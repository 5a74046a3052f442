/** TLS in its variants, websockets and PROXY headers: the same connections succeed and fail here and on nats-server. */
import assert from 'node:assert/strict';
import { connect as dial } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connect as dialTls } from 'node:tls';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import { type Authority, type Certificate, createAuthority } from '../lib/certs.ts';
import { realServer, startOurs, startReal, type TestServer, talker } from './server-world.ts';

let ca: Authority;
let server: Certificate;
let client: Certificate;
let mail: Certificate;
let other: Certificate;

before(() => {
  ca = createAuthority();
  server = ca.issue('server', ['DNS:localhost', 'IP:127.0.0.1'], { subject: '/O=Acme/CN=server' });
  client = ca.issue('client', ['DNS:app.example'], { subject: '/O=Acme/OU=dev/CN=derek' });
  mail = ca.issue('mail', ['email:derek@example.com']);
  other = ca.issue('other', [], { subject: '/CN=nobody' });
});
after(() => ca.remove());

const kinds: [string, (config: string) => Promise<TestServer>][] = [['natsbox', startOurs]];
if (realServer() !== null) kinds.push(['nats-server', startReal]);

type Tls = NonNullable<ConnectionOptions['tls']>;

function tlsOf(cert?: Certificate): Tls {
  return { caFile: ca.caFile, ...(cert ? { certFile: cert.certFile, keyFile: cert.keyFile } : {}) };
}

function block(more = ''): string {
  return `tls { cert_file: "${server.certFile}", key_file: "${server.keyFile}", ca_file: "${ca.caFile}"\n ${more} }`;
}

/** Connects, says something to itself, and tells how that went. */
async function attempt(s: TestServer, options: ConnectionOptions): Promise<string> {
  let nc: NatsConnection;
  try {
    nc = await connect({ servers: `localhost:${s.port}`, reconnect: false, timeout: 3000, ...options });
  } catch {
    return 'refused';
  }
  const sub = nc.subscribe('echo', { max: 1 });
  nc.publish('echo', 'x'.repeat(70_000));
  for await (const m of sub) assert.equal(m.data.length, 70_000);
  await nc.close();
  return 'ok';
}

for (const [kind, start] of kinds) {
  const using = async (config: string, run: (s: TestServer) => Promise<void>): Promise<void> => {
    const s = await start(config);
    try {
      await run(s);
    } finally {
      await s.stop();
    }
  };

  describe(`TLS on ${kind}`, () => {
    test('a certificate is shown; without TLS nothing works', async () => {
      await using(block(), async (s) => {
        assert.equal(await attempt(s, { tls: tlsOf() }), 'ok');
        assert.equal(await attempt(s, { tls: {} }), 'refused');
        const socket = dial(s.port, '127.0.0.1');
        socket.on('error', () => {});
        const text = await new Promise<string>((done) => {
          let all = '';
          socket.on('data', (d) => {
            all += d.toString('latin1');
            if (all.includes('\r\n') && !socket.writableEnded) socket.end('CONNECT {}\r\nPING\r\n');
          });
          socket.on('close', () => done(all));
        });
        assert.match(text, /"tls_required":true/);
        assert.doesNotMatch(text, /PONG/);
      });
    });

    test('client certificates are demanded and checked', async () => {
      await using(block('verify: true'), async (s) => {
        assert.equal(await attempt(s, { tls: tlsOf(client) }), 'ok');
        assert.equal(await attempt(s, { tls: tlsOf() }), 'refused');
        const stranger = createAuthority('another CA');
        const foreign = stranger.issue('x', []);
        assert.equal(await attempt(s, { tls: tlsOf(foreign) }), 'refused');
        stranger.remove();
      });
    });

    test('the user is who the certificate says', async () => {
      const users = `authorization { users: [{user: "derek@example.com"}, {user: "app.example"}, {user: "CN=derek,OU=dev,O=Acme"}] }`;
      await using(`${block('verify_and_map: true')}\n${users}`, async (s) => {
        assert.equal(await attempt(s, { tls: tlsOf(mail) }), 'ok');
        assert.equal(await attempt(s, { tls: tlsOf(client) }), 'ok');
        assert.equal(await attempt(s, { tls: tlsOf(other) }), 'refused');
      });
      for (const name of ['CN=derek,OU=dev,O=Acme', 'OU=dev,CN=derek,O=Acme', 'cn=derek, ou=dev, o=Acme']) {
        await using(`${block('verify_and_map: true')}\nauthorization { users: [{user: "${name}"}] }`, async (s) => {
          assert.equal(await attempt(s, { tls: tlsOf(client) }), 'ok', name);
        });
      }
      await using(
        `${block('verify_and_map: true')}\nauthorization { users: [{user: "CN=derek,O=Acme"}] }`,
        async (s) => {
          assert.equal(await attempt(s, { tls: tlsOf(client) }), 'refused');
        },
      );
    });

    test('only pinned certificates', async () => {
      const { createHash, X509Certificate } = await import('node:crypto');
      const spki = new X509Certificate(client.cert).publicKey.export({ type: 'spki', format: 'der' });
      const pin = createHash('sha256').update(spki).digest('hex');
      await using(block(`verify: true, pinned_certs: ["${pin}"]`), async (s) => {
        assert.equal(await attempt(s, { tls: tlsOf(client) }), 'ok');
        assert.equal(await attempt(s, { tls: tlsOf(other) }), 'refused');
      });
    });

    test('handshake before INFO', async () => {
      await using(block('handshake_first: true'), async (s) => {
        assert.equal(await attempt(s, { tls: { ...tlsOf(), handshakeFirst: true } }), 'ok');
      });
      await using(block('handshake_first: "100ms"'), async (s) => {
        assert.equal(await attempt(s, { tls: { ...tlsOf(), handshakeFirst: true } }), 'ok');
        assert.equal(await attempt(s, { tls: tlsOf() }), 'ok');
      });
    });

    test('TLS and plain side by side', async () => {
      await using(`allow_non_tls: true\n${block()}`, async (s) => {
        assert.equal(await attempt(s, { tls: tlsOf() }), 'ok');
        const plain = await talker(s);
        assert.match(plain.raw.text(), /"tls_available":true/);
        assert.equal(await plain.ask('SUB a 1\r\nPUB a 1\r\nx\r\n'), 'MSG a 1 1\r\nx\r\n');
        plain.end();
      });
    });

    test('versions and cipher suites', async () => {
      await using(block('min_version: "1.3"'), async (s) => {
        assert.equal(await attempt(s, { tls: { ...tlsOf(), handshakeFirst: false } }), 'ok');
        assert.equal(await oldClient(s.port), 'refused');
      });
      await using(block('cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]'), async (s) => {
        assert.equal(await oldClient(s.port), 'ECDHE-ECDSA-AES256-GCM-SHA384');
      });
    });

    test('PROXY headers name the client', async () => {
      await using('proxy_protocol: true', async (s) => {
        for (const [head, address] of [
          ['PROXY TCP4 192.0.2.7 127.0.0.1 5555 4222\r\n', '192.0.2.7'],
          ['PROXY TCP6 2001:db8::1 ::1 5555 4222\r\n', '2001:db8::1'],
          ['PROXY UNKNOWN\r\n', '127.0.0.1'],
          ['', '127.0.0.1'],
          [binaryHeader(0x21, 0x11, [192, 0, 2, 9, 127, 0, 0, 1, 21, 179, 16, 126]), '192.0.2.9'],
          [binaryHeader(0x20, 0x00, []), '127.0.0.1'],
        ] as const) {
          assert.equal(await clientAddress(s.port, head), address, JSON.stringify(head));
        }
        for (const bad of [
          'PROXY TCP4 192.0.2.7 127.0.0.1\r\n',
          'PROXY TCP4 ::1 127.0.0.1 1 2\r\n',
          'PROXY TCP9 192.0.2.7 127.0.0.1 1 2\r\n',
          `PROXY ${'x'.repeat(120)}`,
          binaryHeader(0x31, 0x11, [192, 0, 2, 9, 127, 0, 0, 1, 21, 179, 16, 126]),
          binaryHeader(0x21, 0x11, [192, 0]),
        ]) {
          assert.equal(await clientAddress(s.port, bad), 'closed', JSON.stringify(bad));
        }
      });
    });

    test('PROXY headers before TLS', async () => {
      await using(`proxy_protocol: true\n${block()}`, async (s) => {
        const socket = dial(s.port, '127.0.0.1');
        const info = await new Promise<string>((done) => socket.once('data', (d) => done(d.toString())));
        assert.doesNotMatch(info, /client_ip/);
        socket.write('PROXY TCP4 192.0.2.7 127.0.0.1 5555 4222\r\n');
        const tls = dialTls({ socket, ca: ca.ca, servername: 'localhost' });
        tls.on('secureConnect', () => tls.write('CONNECT {"verbose":false,"protocol":1}\r\nPING\r\n'));
        const text = await collect(tls, /"client_ip":"([^"]*)"/);
        assert.match(text, /"client_ip":"192\.0\.2\.7"/);
        tls.destroy();
      });
    });
  });
}

function binaryHeader(command: number, family: number, address: number[]): string {
  const head = [0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
  const bytes = [...head, command, family, address.length >> 8, address.length & 255, ...address];
  return Buffer.from(bytes).toString('latin1');
}

function collect(socket: { on(event: string, run: (d: Buffer) => void): unknown }, wanted: RegExp): Promise<string> {
  return new Promise((done) => {
    let all = '';
    socket.on('data', (d: Buffer) => {
      all += d.toString('latin1');
      if (wanted.test(all)) done(all);
    });
    socket.on('error', () => done(all));
    socket.on('close', () => done(all));
  });
}

/** Where the server says this client is, after a header. */
async function clientAddress(port: number, head: string): Promise<string> {
  const socket = dial(port, '127.0.0.1');
  const all = collect(socket, /"connect_info":true/);
  socket.write(Buffer.from(head, 'latin1'));
  socket.write('CONNECT {"verbose":false,"protocol":1}\r\nPING\r\n');
  const text = await all;
  socket.destroy();
  if (!text.includes('connect_info')) return 'closed';
  return /"client_ip":"([^"]*)"(?!.*"client_ip")/s.exec(text)?.[1] ?? 'none';
}

/** A client that speaks TLS 1.2 at most: the cipher it got, or refused. */
function oldClient(port: number): Promise<string> {
  return new Promise((done) => {
    const socket = dial(port, '127.0.0.1');
    socket.once('data', () => {
      const tls = dialTls({ socket, ca: ca.ca, servername: 'localhost', maxVersion: 'TLSv1.2' }, () => {
        done(tls.getCipher().name);
        tls.destroy();
      });
      tls.on('error', () => done('refused'));
    });
    socket.on('error', () => {});
    socket.on('close', () => done('refused'));
  });
}
