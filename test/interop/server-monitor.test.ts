/** Monitoring: the same fields in the same order as nats-server, over HTTP and in the system account. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { unsnappy } from '#test/unsnappy.ts';
import { freePort, realServer, startOurs, startReal, type TestServer } from './server-world.ts';

const CONFIG = `
server_name: mon
server_tags: ["zone:a"]
accounts {
  A {
    users: [{user: a, password: a, permissions: {publish: [foo, "$SYS.REQ.>", "_INBOX.>"], allow_responses: {max: 2, expires: "1m"}}}]
    exports: [{service: "svc.>"}, {service: "priv", accounts: [B], response: stream}, {stream: st}]
    mappings: {m: [{destination: n, weight: 50}]}
  }
  B { users: [{user: b, password: b}], imports: [{service: {account: A, subject: "svc.x"}, to: q}, {stream: {account: A, subject: st}, prefix: p}] }
  SYS { users: [{user: s, password: s}] }
}
system_account: SYS
`;

/** Lists whose entries have no fixed order. */
const LISTS = new Set([
  'exports',
  'imports',
  'subscriptions_list',
  'subscriptions_list_detail',
  'accounts',
  'account_statz',
]);

/** Names and kinds of all fields in their order; of lists only the first entry, of maps with open keys none. */
function shape(value: unknown, key = ''): unknown {
  if (['http_req_stats', 'mappings', 'responses'].includes(key)) return typeof value;
  if (LISTS.has(key) && Array.isArray(value)) {
    const kinds = value.map((v) => JSON.stringify(shape(v)));
    return [...new Set(kinds)].sort();
  }
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.entries(value).map(([k, v]) => [k, shape(v, k)]);
}

interface Both {
  readonly name: string;
  readonly server: TestServer;
  readonly http: string;
  readonly a: NatsConnection;
  readonly s: NatsConnection;
}

async function open(start: (config: string) => Promise<TestServer>): Promise<Both> {
  const p = await freePort();
  const server = await start(`${CONFIG}\nhttp: "127.0.0.1:${p}"\n`);
  const at = `127.0.0.1:${server.port}`;
  const s = await connect({ servers: at, user: 's', pass: 's', name: 'sys' });
  const a = await connect({ servers: at, user: 'a', pass: 'a', name: 'a' });
  a.subscribe('foo');
  a.subscribe('bar', { queue: 'q', max: 3 });
  a.publish('foo', 'hi');
  await a.flush();
  const gone = await connect({ servers: at, user: 'b', pass: 'b', name: 'gone' });
  gone.subscribe('x');
  await gone.flush();
  await gone.close();
  return { name: server.kind, server, http: `http://127.0.0.1:${p}`, a, s };
}

describe('monitoring', { skip: realServer() === null }, () => {
  const both: Both[] = [];
  before(async () => {
    both.push(await open(startOurs), await open(startReal));
  });
  after(async () => {
    for (const b of both) {
      await b.a.close();
      await b.s.close();
      await b.server.stop();
    }
  });

  for (const path of [
    '/varz',
    '/connz',
    '/connz?auth=1&subs=1',
    '/connz?subs=detail&acc=A',
    '/connz?state=closed&sort=stop&auth=true',
    '/connz?state=any&limit=1&offset=1',
    '/connz?acc=nope',
    '/subsz',
    '/subsz?subs=1&acc=A&test=foo',
    '/routez',
    '/gatewayz',
    '/leafz',
    '/accountz',
    '/accountz?acc=A',
    '/accountz?acc=B',
    '/accstatz?unused=1',
    '/jsz',
    '/healthz',
    '/ipqueuesz',
  ]) {
    test(`GET ${path}`, async () => {
      const [ours, real] = await Promise.all(
        both.map(async (b) => {
          const r = await fetch(b.http + path);
          const head = [r.status, r.headers.get('content-type'), r.headers.get('access-control-allow-origin')];
          return { head, shape: shape(await r.json()) };
        }),
      );
      assert.deepEqual(ours, real);
    });
  }

  for (const path of [
    '/connz?sort=bogus',
    '/connz?sort=stop',
    '/connz?sort=reason',
    '/connz?limit=x',
    '/connz?cid=-1',
    '/connz?cid=99999999999999999999999',
    '/connz?state=half',
    '/connz?auth=maybe',
    '/subsz?subs=1&test=a.*',
    '/accountz?acc=NONE',
    '/healthz?stream=S',
    '/healthz?details=x',
    '/raftz',
    '/nothing',
    '/varz/',
  ]) {
    test(`GET ${path} is refused the same way`, async () => {
      const [ours, real] = await Promise.all(
        both.map(async (b) => {
          const r = await fetch(b.http + path);
          return { status: r.status, type: r.headers.get('content-type'), text: await r.text() };
        }),
      );
      assert.deepEqual(ours, real);
    });
  }

  const ask = async (c: NatsConnection, subject: string, body: string): Promise<unknown> => {
    const id = c.info?.server_id ?? '';
    try {
      const m = await c.request(subject.replace('ID', id), body, { timeout: 500 });
      return shape(JSON.parse(m.string()));
    } catch (error) {
      return (error as Error).message.replaceAll(id, 'ID');
    }
  };

  for (const [subject, body = ''] of [
    ['$SYS.REQ.SERVER.PING'],
    ['$SYS.REQ.SERVER.PING.STATSZ', '{"server_name":"mon"}'],
    ['$SYS.REQ.SERVER.PING.IDZ'],
    ['$SYS.REQ.SERVER.PING.VARZ'],
    ['$SYS.REQ.SERVER.ID.VARZ', '{"server_name":"MON","exact_match":true}'],
    ['$SYS.REQ.SERVER.ID.VARZ', '{"tags":["zone:a"]}'],
    ['$SYS.REQ.SERVER.ID.VARZ', '{"tags":["zone:b"]}'],
    ['$SYS.REQ.SERVER.ID.VARZ', '{"cluster":"c"}'],
    ['$SYS.REQ.SERVER.ID.VARZ', '[1'],
    ['$SYS.REQ.SERVER.PING.CONNZ', '{"auth":true,"subscriptions":true}'],
    ['$SYS.REQ.SERVER.PING.CONNZ', '{"acc":"A","subscriptions_detail":true,"filter_subject":"foo"}'],
    ['$SYS.REQ.SERVER.PING.CONNZ', '{"sort":"bogus"}'],
    ['$SYS.REQ.SERVER.PING.CONNZ', '{"state":1}'],
    ['$SYS.REQ.SERVER.PING.SUBSZ'],
    ['$SYS.REQ.SERVER.PING.ROUTEZ'],
    ['$SYS.REQ.SERVER.PING.GATEWAYZ'],
    ['$SYS.REQ.SERVER.PING.LEAFZ'],
    ['$SYS.REQ.SERVER.PING.ACCOUNTZ'],
    ['$SYS.REQ.SERVER.PING.ACCOUNTZ', '{"account":"B"}'],
    ['$SYS.REQ.SERVER.PING.ACCOUNTZ', '{"account":"none"}'],
    ['$SYS.REQ.SERVER.PING.JSZ'],
    ['$SYS.REQ.SERVER.PING.HEALTHZ'],
    ['$SYS.REQ.SERVER.PING.RAFTZ'],
    ['$SYS.REQ.ACCOUNT.A.CONNZ'],
    ['$SYS.REQ.ACCOUNT.A.SUBSZ'],
    ['$SYS.REQ.ACCOUNT.A.INFO'],
    ['$SYS.REQ.ACCOUNT.none.INFO'],
    ['$SYS.REQ.ACCOUNT.A.STATZ'],
    ['$SYS.REQ.ACCOUNT.B.STATZ', '{"include_unused":true}'],
    ['$SYS.REQ.ACCOUNT.B.STATZ'],
    ['$SYS.REQ.ACCOUNT.A.CONNS'],
    ['$SYS.REQ.ACCOUNT.A.LEAFZ'],
    ['$SYS.REQ.ACCOUNT.A.JSZ'],
    ['$SYS.REQ.ACCOUNT.PING.STATZ'],
    ['$SYS.REQ.ACCOUNT.NSUBS', '{"acc":"A","subject":"foo"}'],
    ['$SYS.DEBUG.SUBSCRIBERS', '$SYS.ACCOUNT.x'],
    ['$SYS.REQ.USER.INFO'],
    ['$SYS.REQ.USER.A.INFO'],
    ['$SYS.REQ.SERVER.bogus.VARZ'],
    ['$SYS.REQ.NOPE'],
    ['$SYS.REQ.SERVER.ID.KICK', '{"cid":99999}'],
    ['$SYS.REQ.SERVER.ID.LDM', '{"cid":99999}'],
  ]) {
    test(`${subject} ${body}`, async () => {
      const [ours, real] = await Promise.all(both.map((b) => ask(b.s, subject!, body)));
      assert.deepEqual(ours, real);
    });
  }

  for (const subject of [
    '$SYS.REQ.USER.INFO',
    '$SYS.REQ.ACCOUNT.PING.CONNZ',
    '$SYS.REQ.SERVER.PING.CONNZ',
    '$SYS.REQ.ACCOUNT.PING.STATZ',
    '$SYS.REQ.SERVER.PING.VARZ',
    '$SYS.REQ.ACCOUNT.B.CONNZ',
  ]) {
    test(`${subject} asked by an account`, async () => {
      const [ours, real] = await Promise.all(both.map((b) => ask(b.a, subject, '')));
      assert.deepEqual(ours, real);
    });
  }

  for (const asked of ['snappy', 'gzip, deflate', 'S2, gzip', 'zstd']) {
    test(`a reply packed as ${asked}`, async () => {
      const [ours, real] = await Promise.all(
        both.map(async (b) => {
          const h = headers();
          h.append('Accept-Encoding', asked);
          const m = await b.s.request('$SYS.REQ.SERVER.PING.VARZ', '', { timeout: 5000, headers: h });
          const encoding = m.headers?.get('Content-Encoding');
          const data = Buffer.from(m.data);
          const body = encoding === 'snappy' ? unsnappy(data) : encoding === 'gzip' ? gunzipSync(data) : data;
          return [encoding, shape(JSON.parse(body.toString('utf8')))];
        }),
      );
      assert.deepEqual(ours, real);
    });
  }

  test('what a user is told about itself', async () => {
    const [ours, real] = await Promise.all(
      both.map(async (b) => (await b.a.request('$SYS.REQ.USER.INFO')).json<{ data: unknown }>().data),
    );
    const sorted = (v: unknown): unknown => {
      const u = v as { permissions: { publish: { allow: string[] } } };
      u.permissions.publish.allow.sort();
      return u;
    };
    assert.deepEqual(sorted(ours), sorted(real));
  });

  test('advisories about connections and refused logins', async () => {
    const [ours, real] = await Promise.all(
      both.map(async (b) => {
        const seen: [string, unknown][] = [];
        const want = ['.CONNECT', '.DISCONNECT', '.AUTH.ERR'];
        let done = (): void => {};
        const all = new Promise<void>((r) => {
          done = r;
        });
        const take = (_: unknown, m: { subject: string; string(): string }): void => {
          if (!want.some((w) => m.subject.endsWith(w))) return;
          const body = JSON.parse(m.string()) as { type: string; reason?: string; client: { user: string } };
          seen.push([
            m.subject.replace(/\.N[A-Z0-9]{50,}\./, '.ID.'),
            [body.type, body.reason, body.client.user, shape(body)],
          ]);
          if (seen.length === 4) done();
        };
        const subs = ['$SYS.ACCOUNT.>', '$SYS.SERVER.>'].map((subject) => b.s.subscribe(subject, { callback: take }));
        await b.s.flush();
        const at = `127.0.0.1:${b.server.port}`;
        const c = await connect({ servers: at, user: 'b', pass: 'b', name: 'adv' });
        await c.flush();
        await c.close();
        await connect({ servers: at, user: 'b', pass: 'bad', name: 'adv' }).catch(() => {});
        await all;
        for (const s of subs) s.unsubscribe();
        return seen.sort((x, y) => (x[0] < y[0] ? -1 : 1));
      }),
    );
    assert.deepEqual(ours, real);
  });

  test('a kicked client is gone, and listed as kicked', async () => {
    for (const b of both) {
      const c = await connect({ servers: `127.0.0.1:${b.server.port}`, user: 'b', pass: 'b', reconnect: false });
      await c.flush();
      const closed = c.closed();
      const { server_id: id, client_id: cid } = c.info!;
      await b.s.request(`$SYS.REQ.SERVER.${id}.KICK`, JSON.stringify({ cid }));
      await closed;
      const list = (await (await fetch(`${b.http}/connz?state=closed&cid=${cid}`)).json()) as {
        connections: { reason: string }[];
      };
      assert.equal(list.connections[0]?.reason, 'Kicked', b.name);
    }
  });
});
