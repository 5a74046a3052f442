/** Many receivers of one subject share the bytes they are sent: each still gets all of its own, in order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer } from '#server/index.ts';
import { type RawClient, rawClient } from './server-world.ts';

const CLIENTS = 8;

/** A small generator, so that a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let s = seed;
  return (below) => {
    s = (Math.imul(s, 1103515245) + 12345) & 0x7fffffff;
    return (s >>> 8) % below;
  };
}

async function joined(port: number, options: object): Promise<RawClient> {
  const c = await rawClient(port);
  await c.until(/INFO .*\r\n/);
  c.send(`CONNECT ${JSON.stringify({ verbose: false, pedantic: false, headers: true, ...options })}\r\nPING\r\n`);
  await c.until('PONG\r\n');
  return c;
}

for (const seed of [1, 2, 3, 4]) {
  test(`shared and private messages arrive in order, seed ${seed}`, async () => {
    const pick = random(seed);
    const server = await createServer({ host: '127.0.0.1', port: 0, shortFirstPing: false });
    // The last one takes no headers, the first one hears no echo and is the one that publishes.
    const clients: RawClient[] = [];
    for (let i = 0; i < CLIENTS; i++) {
      const c = await joined(server.port, { echo: i !== 0, headers: i !== CLIENTS - 1 });
      c.send(`SUB all.* 1\r\nSUB own.${i} 2\r\nSUB late.${i} 3\r\nPING\r\n`);
      await c.until('PONG\r\n');
      clients.push(c);
    }
    try {
      const expected = clients.map(() => '');
      let sent = '';
      const to = (i: number, sid: number, subject: string, head: string, body: string): void => {
        const plain = head === '' || i === CLIENTS - 1;
        const sizes = plain ? `${body.length}` : `${head.length} ${head.length + body.length}`;
        expected[i] += `${plain ? 'MSG' : 'HMSG'} ${subject} ${sid} ${sizes}\r\n${plain ? '' : head}${body}\r\n`;
      };
      const publish = (subject: string, head: string, body: string): void => {
        sent +=
          head === ''
            ? `PUB ${subject} ${body.length}\r\n${body}\r\n`
            : `HPUB ${subject} ${head.length} ${head.length + body.length}\r\n${head}${body}\r\n`;
      };
      for (let round = 0; round < 40; round++) {
        for (let k = pick(60) + 1; k > 0; k--) {
          // Now and then more than the shared buffer holds, in one message or in many.
          const size = pick(12) === 0 ? pick(90_000) : pick(2000);
          const body = `${round}.${k}:`.padEnd(size, 'x');
          const head = pick(4) === 0 ? 'NATS/1.0\r\nA: b\r\n\r\n' : '';
          if (pick(5) === 0) {
            const i = 1 + pick(CLIENTS - 1);
            publish(`own.${i}`, head, body);
            to(i, 2, `own.${i}`, head, body);
          } else {
            const subject = `all.${pick(3)}`;
            publish(subject, head, body);
            for (let i = 1; i < CLIENTS; i++) to(i, 1, subject, head, body);
          }
        }
        // One takes nothing for a while: what it misses has to be kept for it alone.
        if (round === 10) clients[3]!.socket.pause();
        if (pick(3) === 0) {
          clients[0]!.send(sent);
          sent = '';
        }
      }
      clients[3]!.socket.resume();
      for (let i = 1; i < CLIENTS; i++) {
        publish(`late.${i}`, '', 'end');
        to(i, 3, `late.${i}`, '', 'end');
      }
      clients[0]!.send(sent);
      for (let i = 1; i < CLIENTS; i++) {
        const got = await clients[i]!.until(`MSG late.${i} 3 3\r\nend\r\n`, 20_000);
        const want = expected[i]!;
        let same = 0;
        while (same < want.length && got[same] === want[same]) same++;
        assert.ok(
          got === want,
          `client ${i}: differs at ${same} of ${want.length}: ${JSON.stringify(got.slice(same, same + 80))}`,
        );
      }
      assert.equal(await clients[0]!.until('PONG', 1).catch(() => 'nothing'), 'nothing');
    } finally {
      for (const c of clients) c.end();
      await server.close();
    }
  });
}

test('a receiver that is gone, and one that takes nothing, do not disturb the others', async () => {
  const server = await createServer({ host: '127.0.0.1', port: 0, shortFirstPing: false, maxPending: 2 * 1024 * 1024 });
  const clients: RawClient[] = [];
  for (let i = 0; i < CLIENTS; i++) {
    const c = await joined(server.port, {});
    c.send('SUB all 1\r\nPING\r\n');
    await c.until('PONG\r\n');
    clients.push(c);
  }
  const publisher = await joined(server.port, {});
  try {
    const body = 'y'.repeat(1000);
    const want = `MSG all 1 1000\r\n${body}\r\n`;
    clients[1]!.socket.pause();
    const slow = new Promise<string>((done) => {
      server.on('disconnect', ({ reason }) => {
        if (reason.startsWith('Slow')) done(reason);
      });
    });
    const gone = new Promise<void>((done) => {
      const off = server.on('disconnect', () => {
        off();
        done();
      });
    });
    clients[2]!.end();
    await gone;
    const batch = `PUB all 1000\r\n${body}\r\n`.repeat(500);
    let sent = 0;
    let cut = '';
    void slow.then((reason) => {
      cut = reason;
    });
    while (cut === '' && sent < 60_000) {
      publisher.send(`${batch}PING\r\n`);
      await publisher.until('PONG\r\n', 20_000);
      sent += 500;
    }
    assert.equal(cut, 'Slow Consumer (Pending Bytes)');
    publisher.send('PUB all 3\r\nend\r\n');
    for (const i of [0, 3, 4, 5, 6, 7]) {
      const got = await clients[i]!.until('MSG all 1 3\r\nend\r\n', 20_000);
      assert.equal(got.length, want.length * sent + 'MSG all 1 3\r\nend\r\n'.length);
      assert.ok(got.startsWith(want.repeat(10)) && got.slice(0, -18).endsWith(want.repeat(10)));
    }
  } finally {
    publisher.end();
    for (const c of clients) c.end();
    await server.close();
  }
});
