// `nats trace` through three real servers: each hop, who gets the message there, and what is stored where.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, connect } from '#client/index.ts';
import { type Cluster, startCluster } from '#test/cluster.ts';
import { serverTest } from '#test/nats-server.ts';
import { runTool } from '#test/run-tool.ts';

/** Connections to the second and the third server, subscribed, with the interest known everywhere. */
async function subscribers(cluster: Cluster): Promise<Connection[]> {
  const urls = cluster.url.split(',');
  const made: Connection[] = [];
  for (const n of [2, 3]) {
    const connection = await connect({ servers: urls[n - 1] as string, name: `c${n}`, ignoreDiscovered: true });
    connection.subscribe(
      't.>',
      n === 3 ? { queue: 'workers', callback: () => undefined } : { callback: () => undefined },
    );
    if (n === 3) connection.subscribe('t.x', { callback: () => undefined });
    // Interest travels in order: when this one is known, those before are.
    connection.subscribe(`ready.${n}`, { callback: (msg) => void msg.respond('') });
    made.push(connection);
  }
  const first = await connect({ servers: urls[0] as string, ignoreDiscovered: true });
  for (const n of [2, 3]) await answered(first, `ready.${n}`);
  return [...made, first];
}

/** Asks until somebody answers. */
async function answered(connection: Connection, subject: string): Promise<void> {
  while (!(await connection.request(subject, '', { timeout: 1000 }).catch(() => undefined)));
}

/** The server under whose heading a line stands: the text lists what happens on a server below it. */
function serverOf(text: string, wanted: RegExp): string | undefined {
  let at: string | undefined;
  for (const line of text.split('\n')) {
    at = / server:"(\w+)" version/.exec(line)?.[1] ?? at;
    if (wanted.test(line)) return at;
  }
  return undefined;
}

serverTest('trace shows every hop of a cluster, and what would become of the message there', async () => {
  const cluster = await startCluster();
  const cwd = mkdtempSync(join(tmpdir(), 'natsbox-trace-'));
  const connections: Connection[] = [];
  try {
    connections.push(...(await subscribers(cluster)));
    await cluster.ask('STREAM.CREATE.T', { name: 'T', subjects: ['t.>', 's.probe'], num_replicas: 1 });
    const leader = await cluster.leader('T');
    await answered(connections[2] as Connection, 's.probe');
    const url = cluster.url.split(',')[0] as string;
    const trace = async (...args: string[]) => {
      const run = await runTool('nats', ['trace', ...args], { cwd, url });
      assert.equal(run.status, 0, run.err);
      return run.out;
    };
    const text = await trace('t.x', 'body');
    assert.match(text, /^Tracing message route to subject t\.x \n\nClient "[^"]+" cid:\d+ cluster:"C1" server:"n1" /);
    assert.match(text, /^--> Router "n2" rid:\d+$/m);
    assert.match(text, /^ {4}Router "n1" rid:\d+ server:"n2" version:"[^"]+"$/m);
    assert.equal(serverOf(text, /--C Client "c2" cid:\d+ subject:"t\.>"$/), 'n2', text);
    assert.equal(serverOf(text, /--C Client "c3" cid:\d+ subject:"t\.x"$/), 'n3', text);
    assert.equal(serverOf(text, /--C Client "c3" cid:\d+ subject:"t\.>" queue:"workers"$/), 'n3', text);
    assert.equal(serverOf(text, /--J JetStream action:"stored" stream:"T" subject:"t\.x"$/), leader, text);
    assert.match(text, /Egress Count:\n\n {5}Client: 3\n {5}Router: 2\n {2}JetStream: 1\n/);
    // Nothing of that happened.
    const stored = async () =>
      ((await cluster.ask('STREAM.INFO.T')) as { state?: { messages: number } }).state?.messages;
    assert.equal(await stored(), 1);

    const delivered = await trace('t.x', 'body', '--deliver', '-T');
    assert.match(delivered, /with delivery to the final destination\n\n\[0s\] Client /);
    assert.match(delivered, /^ {4}\[[\d.]+(ns|µs|ms|s)\] --C Client "c2"/m);
    assert.equal(await stored(), 2);

    assert.match(await trace('nobody'), /^--X No active interest$/m);
    const data = JSON.parse(await trace('t.x', '--as', 'json')) as {
      hops: number;
      events: { type: string; name?: string; link?: { server: { name: string } } }[];
    };
    assert.equal(data.hops, 2);
    const routers = data.events.filter((event) => event.link);
    assert.deepEqual(routers.map((event) => [event.name, event.link?.server.name]).sort(), [
      ['n2', 'n2'],
      ['n3', 'n3'],
    ]);
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
    await cluster.stop();
    rmSync(cwd, { recursive: true });
  }
});
