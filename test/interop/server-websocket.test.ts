/** The websocket listener: what a browser or Node client gets from it, and what it refuses, next to nats-server. */
import assert from 'node:assert/strict';
import { connect as dial } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type ConnectionOptions, wsconnect } from '@nats-io/nats-core';
import { type Authority, type Certificate, createAuthority } from '../lib/certs.ts';
import { freePort, realServer, startOurs, startReal, type TestServer } from './server-world.ts';

let ca: Authority;
let cert: Certificate;
before(() => {
  ca = createAuthority();
  cert = ca.issue('server', ['DNS:localhost', 'IP:127.0.0.1']);
});
after(() => ca.remove());

const kinds: [string, (config: string) => Promise<TestServer>][] = [['natsbox', startOurs]];
if (realServer() !== null) kinds.push(['nats-server', startReal]);

async function attempt(url: string, options: Partial<ConnectionOptions> = {}): Promise<string> {
  try {
    const nc = await wsconnect({ servers: url, reconnect: false, timeout: 3000, ...options });
    for (const size of [0, 10, 200, 70_000, 300_000]) {
      const sub = nc.subscribe('echo', { max: 1 });
      nc.publish('echo', 'y'.repeat(size));
      for await (const m of sub) assert.equal(m.data.length, size);
    }
    await nc.close();
    return 'ok';
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return 'refused';
  }
}

/** Sends bytes and returns everything until the server closes or has said `enough`. */
function raw(port: number, bytes: (string | Uint8Array)[], enough: RegExp): Promise<string> {
  return new Promise((done) => {
    const socket = dial(port, '127.0.0.1');
    let all = '';
    let sent = 0;
    const next = (): void => {
      const piece = bytes[sent++];
      if (piece !== undefined) socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
    };
    socket.on('connect', next);
    socket.on('data', (d) => {
      all += d.toString('latin1');
      if (enough.test(all)) {
        done(all);
        socket.destroy();
      } else if (all.includes('INFO')) next();
    });
    socket.on('error', () => done(all));
    socket.on('close', () => done(all));
  });
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

function request(change: Record<string, string | null> = {}, first = 'GET / HTTP/1.1'): string {
  const headers: Record<string, string | null> = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
    ...change,
  };
  const lines = Object.entries(headers).flatMap(([k, v]) => (v === null ? [] : [`${k}: ${v}`]));
  return `${[first, ...lines].join('\r\n')}\r\n\r\n`;
}

/** A masked frame of a client. */
function frame(first: number, payload: Uint8Array | string, mask = [1, 2, 3, 4]): Uint8Array {
  const body = Buffer.from(payload as string);
  const out = [first, 128 | body.length, ...mask];
  for (const [i, b] of body.entries()) out.push(b ^ mask[i & 3]!);
  return Uint8Array.from(out);
}

for (const [kind, start] of kinds) {
  const using = async (block: string, run: (port: number) => Promise<void>): Promise<void> => {
    const port = await freePort();
    const s = await start(block.replace('PORT', `port: ${port}`));
    try {
      await run(port);
    } finally {
      await s.stop();
    }
  };

  describe(`websocket on ${kind}`, () => {
    test('plain and compressed', async () => {
      await using('websocket { PORT, no_tls: true }', async (port) => {
        assert.equal(await attempt(`ws://127.0.0.1:${port}`), 'ok');
      });
      await using('websocket { PORT, no_tls: true, compression: true }', async (port) => {
        assert.equal(await attempt(`ws://127.0.0.1:${port}`), 'ok');
        const offer = request({ 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' });
        assert.match(
          await raw(port, [offer], /\r\n\r\n/),
          /permessage-deflate; server_no_context_takeover; client_no_context_takeover/,
        );
      });
    });

    test('over TLS', async () => {
      const block = `websocket { PORT, tls { cert_file: "${cert.certFile}", key_file: "${cert.keyFile}" } }`;
      await using(block, async (port) => {
        process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
        try {
          assert.equal(await attempt(`wss://localhost:${port}`), 'ok');
        } finally {
          delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
        }
      });
    });

    test('logins of its own, and the user of those who have none', async () => {
      const users =
        'authorization { users: [{user: a, password: a}, {user: b, password: b, allowed_connection_types: [STANDARD]}, {user: n, password: n}] }';
      await using(`${users}\nwebsocket { PORT, no_tls: true }`, async (port) => {
        const url = `ws://127.0.0.1:${port}`;
        assert.equal(await attempt(url, { user: 'a', pass: 'a' }), 'ok');
        assert.equal(await attempt(url, { user: 'b', pass: 'b' }), 'refused');
        assert.equal(await attempt(url), 'refused');
      });
      await using(`${users}\nwebsocket { PORT, no_tls: true, no_auth_user: n }`, async (port) => {
        assert.equal(await attempt(`ws://127.0.0.1:${port}`), 'ok');
      });
      await using('websocket { PORT, no_tls: true, authorization { token: t } }', async (port) => {
        assert.equal(await attempt(`ws://127.0.0.1:${port}`, { token: 't' }), 'ok');
        assert.equal(await attempt(`ws://127.0.0.1:${port}`), 'refused');
      });
    });

    test('cookies stand in for what CONNECT leaves out', async () => {
      const users = 'authorization { users: [{user: a, password: secret}] }';
      const block = `${users}\nwebsocket { PORT, no_tls: true, user_cookie: u, pass_cookie: p, headers: { X-Served-By: "me" } }`;
      await using(block, async (port) => {
        const hello = frame(0x82, 'CONNECT {"verbose":false,"pedantic":false}\r\nPING\r\n');
        const good = await raw(port, [request({ Cookie: 'x=1; u=a; p=secret' }), hello], /PONG|-ERR/);
        assert.match(good, /X-Served-By: me/);
        assert.match(good, /PONG/);
        assert.match(await raw(port, [request({ Cookie: 'u=a; p=wrong' }), hello], /PONG|-ERR/), /-ERR/);
      });
    });

    test('requests that are refused', async () => {
      const rules = 'websocket { PORT, no_tls: true, same_origin: true, allowed_origins: ["http://localhost"] }';
      await using(rules, async (port) => {
        const status = async (text: string): Promise<string> =>
          /^HTTP\/1\.1 (\d+)/.exec(await raw(port, [text], /\r\n\r\n/))?.[1] ?? 'none';
        assert.equal(await status(request()), '101');
        assert.equal(await status(request({ Origin: 'http://localhost' })), '101');
        assert.equal(await status(request({ Origin: 'https://localhost' })), '403');
        assert.equal(await status(request({ Origin: 'http://evil.example' })), '403');
        assert.equal(await status(request({ Upgrade: 'h2c' })), '400');
        assert.equal(await status(request({ Connection: 'close' })), '400');
        assert.equal(await status(request({ 'Sec-WebSocket-Key': null })), '400');
        assert.equal(await status(request({ 'Sec-WebSocket-Key': 'short' })), '400');
        assert.equal(await status(request({ 'Sec-WebSocket-Version': '12' })), '400');
        assert.equal(await status(request({}, 'POST / HTTP/1.1')), '405');
        assert.equal(await status(request({}, 'GET /mqtt HTTP/1.1')), '404');
      });
    });

    test('frames that break the rules end the connection with the fitting status', async () => {
      await using('websocket { PORT, no_tls: true }', async (port) => {
        const status = async (bytes: Uint8Array): Promise<number> => {
          const all = await raw(port, [request(), bytes], /^\b$/);
          const at = all.lastIndexOf('\x88');
          return at < 0 ? 0 : all.charCodeAt(at + 2) * 256 + all.charCodeAt(at + 3);
        };
        const cases = {
          close: frame(0x88, Buffer.from([3, 232])),
          'close of one byte': frame(0x88, Buffer.from([3])),
          'reserved opcode': frame(0x83, 'x'),
          'continuation of nothing': frame(0x80, 'x'),
          RSV2: frame(0xa2, 'x'),
          'compressed without agreement': frame(0xc2, 'x'),
          'control frame in pieces': frame(0x09, 'x'),
          'no mask': Uint8Array.from([0x82, 1, 65]),
          'no protocol': frame(0x82, 'NONSENSE\r\n'),
          'reserved close status': frame(0x88, Buffer.from([3, 237])),
        };
        for (const [name, bytes] of Object.entries(cases)) {
          const got = await status(bytes);
          const wanted = name === 'close' ? 1000 : 1002;
          // nats-server often closes without a word here.
          if (kind === 'natsbox' || got !== 0) assert.equal(got, wanted, name);
        }
      });
    });

    test('pings are answered, pieces of messages joined, empty frames ignored', async () => {
      await using('websocket { PORT, no_tls: true }', async (port) => {
        const pieces = [
          frame(0x02, 'CONNECT {"verbose":fal'),
          frame(0x89, 'hey'),
          frame(0x00, ''),
          frame(0x80, 'se}\r\nPI'),
          frame(0x82, 'NG\r\n'),
        ];
        const all = await raw(port, [request(), Buffer.concat(pieces)], /PONG\r\n/);
        assert.match(all, /\x8a\x03hey/);
        assert.match(all, /PONG/);
      });
    });
  });
}
