// `nats sub` into a pipe against a publisher that sends as fast as it can: everything arrives, memory stays small.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { connect, encodePublish } from '#client/index.ts';
import { createServer, type Server } from '#server/index.ts';
import { natsServerPath, startNatsServer } from '#test/nats-server.ts';
import { createUser, type User } from '#test/program.ts';

const COUNT = 1_000_000;
const SIZE = 128;
const MEMORY = 80 * 1024;

let user: User;
before(() => {
  user = createUser();
});
after(() => user.remove());

/** Largest resident memory so far in KiB; 0 where the system does not tell. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function blast(url: string): Promise<void> {
  const nc = await connect({ servers: url });
  const frame = encodePublish('blast', new Uint8Array(SIZE).fill(97));
  const block = Buffer.concat(new Array<Uint8Array>(1000).fill(frame));
  for (let sent = 0; sent < COUNT; sent += 1000) {
    nc.publishFrames(block, 1000);
    await nc.writable();
  }
  await nc.flush(60_000);
  await nc.close();
}

async function run(url: string, flags: readonly string[], ready: () => Promise<void>): Promise<[number, number]> {
  const sub = user.start(['nats', '-s', url, 'sub', 'blast', '--count', String(COUNT), ...flags]);
  // What is read here is only counted.
  sub.child.stdout?.removeAllListeners('data');
  let lines = 0;
  let peak = 0;
  sub.child.stdout?.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    peak = Math.max(peak, peakOf(sub.child.pid as number));
  });
  await ready();
  await blast(url);
  assert.equal((await sub.ended).status, 0);
  return [lines, peak];
}

async function subscribed(count: () => Promise<number>): Promise<void> {
  while ((await count()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('embedded server', async () => {
  const server: Server = await createServer({ host: '127.0.0.1', port: 0 });
  try {
    const base = server.stats().subscriptions;
    const [lines, peak] = await run(server.url, ['--raw'], () =>
      subscribed(async () => server.stats().subscriptions - base),
    );
    assert.equal(lines, COUNT);
    assert.ok(peak < MEMORY, `${peak} KiB`);
  } finally {
    await server.close();
  }
});

test('nats-server', { skip: (await natsServerPath()) ? false : 'no nats-server on this machine' }, async () => {
  const server = await startNatsServer();
  try {
    for (const [flags, perMessage] of [
      [[], 4],
      [['--raw'], 1],
      [['--subjects-only'], 1],
    ] as const) {
      const count = async () => {
        const answer = (await (await fetch(`http://127.0.0.1:${server.monitorPort}/subsz?subs=1`)).json()) as {
          subscriptions_list?: { subject: string }[];
        };
        return (answer.subscriptions_list ?? []).filter((s) => s.subject === 'blast').length;
      };
      const [lines, peak] = await run(server.url, flags, () => subscribed(count));
      assert.equal(lines, COUNT * perMessage, flags.join(' '));
      assert.ok(peak < MEMORY, `${flags.join(' ')}: ${peak} KiB`);
    }
  } finally {
    await server.stop();
  }
});

test('a reader that stands longer than the server waits gets everything', {
  skip: (await natsServerPath()) ? false : 'no nats-server on this machine',
}, async () => {
  const server = await startNatsServer({ config: 'write_deadline: "4s"' });
  const count = 60_000;
  try {
    const sub = user.start(['nats', '-s', server.url, 'sub', 'stand', '--raw', '--count', String(count)]);
    const out = sub.child.stdout!;
    out.removeAllListeners('data');
    out.pause();
    await subscribed(async () => {
      const answer = await fetch(`http://127.0.0.1:${server.monitorPort}/subsz?subs=1`);
      const { subscriptions_list: list } = (await answer.json()) as { subscriptions_list?: { subject: string }[] };
      return (list ?? []).filter((s) => s.subject === 'stand').length;
    });
    const nc = await connect({ servers: server.url });
    const frame = encodePublish('stand', new Uint8Array(500).fill(97));
    nc.publishFrames(Buffer.concat(new Array<Uint8Array>(count).fill(frame)), count);
    await nc.flush(60_000);
    await nc.close();
    // Nothing tells of a deadline that was not missed but the time.
    await new Promise((resolve) => setTimeout(resolve, 7000));
    const peak = peakOf(sub.child.pid as number);
    let lines = 0;
    out.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    });
    out.resume();
    assert.equal((await sub.ended).status, 0);
    assert.equal(lines, count);
    assert.ok(peak < 2 * MEMORY, `${peak} KiB`);
  } finally {
    await server.stop();
  }
});
