/** Message tracing (ADR-41): what nats-server tells of a message, ours tells too, event by event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { unsnappy } from '#test/unsnappy.ts';
import { onBoth, type Talker, type TestServer, talker } from './server-world.ts';

const config = `
server_name: T
accounts {
  A: {
    users: [
      { user: a, password: a }
      { user: limited, password: l, permissions: { publish: { deny: [ "no.>", "secret" ] }, subscribe: { deny: "deny.x" } } }
    ]
    mappings: { "old.*": "new.{{wildcard(1)}}" }
    exports: [
      { stream: "out.>" }
      { stream: "open.>" }
      { service: "svc.closed" }
      { service: "svc.open", allow_trace: true }
    ]
    msg_trace: "a.traces"
  }
  B: {
    users: [ { user: b, password: b } ]
    imports: [
      { stream: { account: A, subject: "out.>" }, prefix: "from.a" }
      { stream: { account: A, subject: "open.>" }, allow_trace: true }
      { service: { account: A, subject: "svc.closed" }, to: "ask.closed" }
      { service: { account: A, subject: "svc.open" }, to: "ask.open" }
    ]
  }
  SYS: { users: [ { user: sys, password: sys } ] }
}
system_account: SYS
max_payload: 2000
`;

interface Told {
  readonly server: Record<string, unknown>;
  readonly request: { readonly header: Record<string, string[]>; readonly msgsize?: number };
  readonly events: Record<string, unknown>[];
}

function hpub(subject: string, headers: Record<string, string>, payload = 'hello', reply = ''): string {
  const lines = Object.entries(headers).map(([k, v]) => `${k}: ${v}\r\n`);
  const head = `NATS/1.0\r\n${lines.join('')}\r\n`;
  const size = `${head.length} ${head.length + payload.length}`;
  return `HPUB ${subject} ${reply === '' ? '' : `${reply} `}${size}\r\n${head}${payload}\r\n`;
}

/** The body of one message on `subject`, headers in front; waits for it. */
async function message(t: Talker, subject: string): Promise<{ head: string; body: Buffer }> {
  const line = await t.raw.until(new RegExp(`H?MSG ${subject.replaceAll('.', '\\.')} \\S+ [\\d ]+\\r\\n`));
  const [, kind, numbers = ''] = /(H?MSG) \S+ \S+ ([\d ]+)\r\n$/.exec(line) ?? [];
  const sizes = numbers.trim().split(' ').map(Number);
  const total = sizes.at(-1) ?? 0;
  const text = (await t.raw.until(new RegExp(`^[\\s\\S]{${total}}\\r\\n`))).slice(0, total);
  const cut = kind === 'HMSG' ? (sizes[0] ?? 0) : 0;
  return { head: text.slice(0, cut), body: Buffer.from(text.slice(cut), 'latin1') };
}

/** Without what differs from run to run: times, ids; names of connections say which they are. */
function shape(told: Told): unknown {
  const kinds = Object.entries(told.server).map(([k, v]) => `${k}:${typeof v}`);
  const header = Object.fromEntries(
    Object.entries(told.request.header ?? {}).map(([k, v]) => [k, v.map((s) => s.replace(/_R_\..*/, '_R_'))]),
  );
  const events = told.events.map((e) => {
    assert.ok(!Number.isNaN(Date.parse(String(e.ts))), String(e.ts));
    return Object.fromEntries(Object.entries(e).map(([k, v]) => [k, k === 'ts' ? 'time' : k === 'cid' ? typeof v : v]));
  });
  return { kinds, header, msgsize: told.request.msgsize, events };
}

async function login(server: TestServer, user: string, name: string, more: object = {}): Promise<Talker> {
  return talker(server, { user, pass: user === 'limited' ? 'l' : user, name, ...more });
}

/** Publishes as `user` and gives the shape of what is told on t.dest, and what was answered to the publisher. */
async function traced(server: TestServer, user: string, lines: string, dest = 't.dest'): Promise<unknown> {
  const listener = await login(server, user === 'limited' ? 'a' : user, 'listener');
  const publisher = await login(server, user, 'publisher');
  try {
    await listener.ask(`SUB ${dest} 99\r\n`);
    const answered = await publisher.ask(lines);
    const told = JSON.parse((await message(listener, dest)).body.toString('utf8')) as Told;
    return { told: shape(told), answered: answered.replace(/_R_\.\S+/g, '_R_') };
  } finally {
    listener.end();
    publisher.end();
  }
}

async function same(scenario: (server: TestServer) => Promise<unknown>): Promise<unknown> {
  const [ours, real] = await onBoth(config, scenario);
  if (real !== null) assert.deepEqual(ours, real);
  return ours;
}

const DEST = { 'Nats-Trace-Dest': 't.dest' };
const ONLY = { ...DEST, 'Nats-Trace-Only': 'true' };

test('a traced message tells of ingress, mapping and every receiver', async () => {
  const got = await same(async (server) => {
    const one = await login(server, 'a', 'one');
    const two = await login(server, 'a', 'two');
    try {
      await one.ask('SUB new.* 1\r\nSUB new.x q 2\r\n');
      await two.ask('SUB nothing 1\r\n');
      const told = await traced(server, 'a', hpub('old.x', { ...DEST, Extra: 'a  ', extra: 'b' }));
      return { told, got: await one.hear() };
    } finally {
      one.end();
      two.end();
    }
  });
  const types = (got as { told: { told: { events: { type: string }[] } } }).told.told.events.map((e) => e.type);
  assert.deepEqual(types, ['in', 'sm', 'eg', 'eg']);
});

test('only a trace: nothing is delivered, nobody is missed', async () => {
  const got = await same(async (server) => {
    const one = await login(server, 'a', 'one');
    try {
      await one.ask('SUB x 1\r\nSUB x q 2\r\nUNSUB 1 1\r\n');
      const told = await traced(server, 'a', hpub('x', ONLY, 'hi', 'r'));
      return {
        told,
        got: await one.hear(),
        nobody: await traced(server, 'a', `SUB r 5\r\n${hpub('y', ONLY, 'hi', 'r')}`),
      };
    } finally {
      one.end();
    }
  });
  assert.equal((got as { got: string }).got, '');
});

test('who does not get the message, and why', async () => {
  await same(async (server) => {
    const deaf = await login(server, 'limited', 'deaf');
    try {
      await deaf.ask('SUB deny.* 1\r\n');
      return [
        await traced(server, 'limited', hpub('no.entry', DEST)),
        await traced(server, 'a', hpub('deny.x', DEST)),
        await traced(server, 'a', hpub('x', DEST, 'hi', '_R_.x')),
      ];
    } finally {
      deaf.end();
    }
  });
  await same(async (server) => {
    const listener = await login(server, 'a', 'listener');
    const quiet = await login(server, 'a', 'quiet', { echo: false });
    await listener.ask('SUB t.dest 99\r\n');
    const answered = await quiet.ask(`SUB mine 1\r\n${hpub('mine', DEST)}`);
    const told = JSON.parse((await message(listener, 't.dest')).body.toString('utf8')) as Told;
    listener.end();
    quiet.end();
    return { told: shape(told), answered };
  });
});

test('a message that is too large is told of before its sender is cut off', async () => {
  await same((server) => traced(server, 'a', hpub('x', DEST, 'y'.repeat(3000))));
});

test('streams are followed into other accounts where the import allows it', async () => {
  await same(async (server) => {
    const b = await login(server, 'b', 'importer');
    try {
      await b.ask('SUB from.a.out.* 1\r\nSUB open.* 2\r\nSUB open.x q 3\r\n');
      const out = [];
      for (const headers of [DEST, ONLY]) {
        out.push(await traced(server, 'a', hpub('out.x', headers)));
        out.push(await traced(server, 'a', hpub('open.x', headers)));
        out.push(await b.hear());
      }
      return out;
    } finally {
      b.end();
    }
  });
});

test('services are followed into their account where the export allows it', async () => {
  await same(async (server) => {
    const service = await login(server, 'a', 'service');
    try {
      await service.ask('SUB svc.> 1\r\n');
      const out = [];
      for (const headers of [DEST, ONLY]) {
        for (const subject of ['ask.open', 'ask.closed']) {
          out.push(await traced(server, 'b', `SUB reply 7\r\n${hpub(subject, headers, 'hi', 'reply')}`));
        }
        const heard = await service.hear();
        out.push(
          heard
            .replace(/_R_\.\S+/g, '_R_')
            .replace(/HMSG (\S+).*/g, 'HMSG $1')
            .replace(/Nats-Request-Info.*/g, ''),
        );
      }
      return out;
    } finally {
      service.end();
    }
  });
});

test('a sampled trace context is told of where the account says', async () => {
  await same(async (server) => {
    const parent = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    return [
      await traced(server, 'a', hpub('x', parent), 'a.traces'),
      await traced(server, 'a', hpub('x', { TraceParent: parent.traceparent, ...DEST })),
    ];
  });
});

test('what cannot be traced is delivered, or refused, without a word', async () => {
  await same(async (server) => {
    const a = await login(server, 'a', 'a');
    const limited = await login(server, 'limited', 'limited');
    const out = [
      await a.ask(`SUB x 1\r\nSUB t.dest 2\r\n${hpub('x', { 'Nats-Trace-Dest': 'bad.*' })}`),
      await a.ask(hpub('x', { 'Nats-Trace-Dest': 'bad.*', 'Nats-Trace-Only': '1' })),
      await a.ask(hpub('x', { 'Nats-Trace-Dest': 'trace disabled' })),
      await a.ask(hpub('x', { ...DEST, 'Nats-Trace-Origin-Account': 'A' })),
      await a.ask(hpub('x', { 'nats-trace-dest': 't.dest' })),
      await a.ask(hpub('x', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' })),
      await limited.ask(hpub('x', { 'Nats-Trace-Dest': 'secret' })),
    ];
    a.end();
    limited.end();
    return out;
  });
});

test('events come in the encoding the message accepts', async () => {
  await same(async (server) => {
    const a = await login(server, 'a', 'a');
    await a.ask('SUB t.dest 1\r\n');
    a.raw.send(hpub('x', { ...DEST, 'Accept-Encoding': 'gzip' }));
    const packed = await message(a, 't.dest');
    a.raw.send(hpub('x', { ...DEST, 'Accept-Encoding': 'zstd' }));
    const plain = await message(a, 't.dest');
    a.raw.send(hpub('x', { ...DEST, 'Accept-Encoding': 'gzip, S2' }));
    const snappy = await message(a, 't.dest');
    a.end();
    return [
      packed.head,
      shape(JSON.parse(gunzipSync(packed.body).toString('utf8')) as Told),
      snappy.head,
      shape(JSON.parse(unsnappy(snappy.body).toString('utf8')) as Told),
      plain.head,
      shape(JSON.parse(plain.body.toString('utf8')) as Told),
    ];
  });
});
