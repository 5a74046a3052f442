// Every command of JetStream, buckets, objects, counters, accounts and services, written so that it would work, and worlds
// in which it cannot.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, Node } from '#cli/tree.ts';
import { type Connection, connect } from '#client/index.ts';
import { tree } from '#tools/nats/tree.gen.ts';
import { type NatsServer, startNatsServer } from './nats-server.ts';
import { runTool, type ToolResult } from './run-tool.ts';

/** A command with its words and what it takes. */
export interface Leaf {
  readonly path: string;
  readonly spec: Command['spec'];
}

const areas = [
  'stream',
  'consumer',
  'kv',
  'object',
  'counter',
  'schema',
  'account',
  'service',
  'errors',
  'latency',
  'trace',
];

/** All commands of the areas. */
export async function leaves(): Promise<Leaf[]> {
  const found: Leaf[] = [];
  const walk = async (node: Node, path: string): Promise<void> => {
    if (node.load) found.push({ path, spec: (await node.load()).spec });
    for (const child of node.children ?? []) await walk(child, `${path} ${child.name}`);
  };
  for (const node of tree) if (areas.includes(node.name)) await walk(node, node.name);
  return found;
}

/**
 * Commands as they would work in the world below, all of which ask JetStream. `NOSUCH` in the second form names what is
 * not there; commands without one cannot miss anything.
 */
export const commands: readonly (readonly [works: string, missing?: string])[] = [
  ['stream add NEW --subjects new.> --defaults'],
  ['stream edit ORDERS --max-msgs 100 -f', 'stream edit NOSUCH --max-msgs 100 -f'],
  ['stream info ORDERS', 'stream info NOSUCH'],
  ['stream state ORDERS', 'stream state NOSUCH'],
  ['stream ls'],
  ['stream report'],
  ['stream find --subject orders.x'],
  ['stream subjects ORDERS', 'stream subjects NOSUCH'],
  ['stream rm ORDERS -f', 'stream rm NOSUCH -f'],
  ['stream purge ORDERS -f', 'stream purge NOSUCH -f'],
  ['stream copy ORDERS NEW --subjects new.>', 'stream copy NOSUCH NEW --subjects new.>'],
  ['stream rmm ORDERS 1 -f', 'stream rmm ORDERS 99 -f'],
  ['stream view ORDERS --no-pager', 'stream view NOSUCH --no-pager'],
  ['stream get ORDERS 1', 'stream get ORDERS 99'],
  ['stream get ORDERS --last-for orders.x', 'stream get NOSUCH 1'],
  ['stream backup ORDERS out', 'stream backup NOSUCH out'],
  ['stream restore backup'],
  ['stream seal ORDERS -f', 'stream seal NOSUCH -f'],
  ['stream gaps ORDERS -f', 'stream gaps NOSUCH -f'],
  ['stream cluster step-down ORDERS -f', 'stream cluster step-down NOSUCH -f'],
  ['stream cluster peer-remove ORDERS n1 -f', 'stream cluster peer-remove NOSUCH n1 -f'],
  ['consumer add ORDERS NEW --pull --defaults', 'consumer add NOSUCH NEW --pull --defaults'],
  ['consumer edit ORDERS C --description x -f', 'consumer edit ORDERS NOSUCH --description x -f'],
  ['consumer info ORDERS C', 'consumer info ORDERS NOSUCH'],
  ['consumer state ORDERS C', 'consumer state ORDERS NOSUCH'],
  ['consumer ls ORDERS', 'consumer ls NOSUCH'],
  ['consumer report ORDERS', 'consumer report NOSUCH'],
  ['consumer find ORDERS', 'consumer find NOSUCH'],
  ['consumer rm ORDERS C -f', 'consumer rm ORDERS NOSUCH -f'],
  ['consumer reset ORDERS C -f', 'consumer reset ORDERS NOSUCH -f'],
  ['consumer copy ORDERS C NEW', 'consumer copy ORDERS NOSUCH NEW'],
  ['consumer next ORDERS C --no-ack', 'consumer next ORDERS NOSUCH'],
  ['consumer sub ORDERS C --no-ack', 'consumer sub ORDERS NOSUCH'],
  ['consumer pause ORDERS C 1h -f', 'consumer pause ORDERS NOSUCH 1h -f'],
  ['consumer resume ORDERS C -f', 'consumer resume ORDERS NOSUCH -f'],
  ['consumer unpin ORDERS C g -f', 'consumer unpin ORDERS NOSUCH g -f'],
  ['consumer cluster step-down ORDERS C -f', 'consumer cluster step-down ORDERS NOSUCH -f'],
  ['kv add NEW'],
  ['kv edit CONFIG --description x', 'kv edit NOSUCH --description x'],
  ['kv put CONFIG a 1', 'kv put NOSUCH a 1'],
  ['kv get CONFIG a', 'kv get CONFIG nosuch'],
  ['kv create CONFIG b 1', 'kv create NOSUCH b 1'],
  ['kv update CONFIG a 2 1', 'kv update NOSUCH a 2 1'],
  ['kv revert CONFIG a 1', 'kv revert CONFIG nosuch 1'],
  ['kv del CONFIG a -f', 'kv del NOSUCH a -f'],
  ['kv del CONFIG -f', 'kv del NOSUCH -f'],
  ['kv purge CONFIG a -f', 'kv purge NOSUCH a -f'],
  ['kv history CONFIG a', 'kv history CONFIG nosuch'],
  ['kv ls'],
  ['kv ls CONFIG', 'kv ls NOSUCH'],
  ['kv info CONFIG', 'kv info NOSUCH'],
  ['kv compact CONFIG -f', 'kv compact NOSUCH -f'],
  ['kv watch CONFIG', 'kv watch NOSUCH'],
  ['object add NEW'],
  ['object edit FILES --description x', 'object edit NOSUCH --description x'],
  ['object put FILES file -f', 'object put NOSUCH file -f'],
  ['object get FILES o -O -', 'object get FILES nosuch -O -'],
  ['object del FILES o -f', 'object del FILES nosuch -f'],
  ['object del FILES -f', 'object del NOSUCH -f'],
  ['object info FILES o', 'object info FILES nosuch'],
  ['object ls'],
  ['object ls FILES', 'object ls NOSUCH'],
  ['object seal FILES -f', 'object seal NOSUCH -f'],
  ['object watch FILES', 'object watch NOSUCH'],
  ['counter get count.a', 'counter get nosuch.a'],
  ['counter view count.a', 'counter view nosuch.a'],
  ['counter list count.>', 'counter list nosuch.a'],
  ['counter increment count.a 1', 'counter increment nosuch.a 1'],
  ['counter decrement count.a 1', 'counter decrement nosuch.a 1'],
  ['account backup out -f'],
  ['account restore backups'],
];

export interface World {
  readonly cwd: string;
  /** Logins of one server: all is allowed, nothing is, everything but the API is, JetStream is off for the account. */
  readonly users: Readonly<Record<'app' | 'nothing' | 'denied' | 'plain', string>>;
  /** A server without JetStream. */
  readonly bare: string;
  /** Everything JetStream holds, as text. */
  state(): Promise<string>;
  run(line: string, url: string | undefined, strict?: boolean): Promise<ToolResult>;
  stop(): Promise<void>;
}

const CONFIG = `jetstream { store_dir: "{{DIR}}/js" }
accounts {
  APP {
    jetstream: enabled
    users: [
      { user: app, password: p }
      { user: nothing, password: p, permissions: { publish: { deny: ">" }, subscribe: { deny: ">" } } }
      { user: denied, password: p, permissions: { publish: { deny: "$JS.API.>" } } }
    ]
  }
  PLAIN { users: [ { user: plain, password: p } ] }
}`;

async function fill(connection: Connection): Promise<void> {
  const ask = async (subject: string, body: unknown) => {
    const answer = await connection.request(`$JS.API.${subject}`, JSON.stringify(body));
    const { error } = answer.json<{ error?: { description: string } }>();
    if (error) throw new Error(`${subject}: ${error.description}`);
  };
  const memory = { storage: 'memory' };
  await ask('STREAM.CREATE.ORDERS', { name: 'ORDERS', subjects: ['orders.>'], allow_direct: true, ...memory });
  for (let i = 0; i < 3; i++) await connection.request('orders.x', `${i}`);
  const config = { durable_name: 'C', ack_policy: 'explicit' };
  await ask('CONSUMER.DURABLE.CREATE.ORDERS.C', { stream_name: 'ORDERS', config });
  const count = { name: 'COUNT', subjects: ['count.>'], allow_msg_counter: true, allow_direct: true, ...memory };
  await ask('STREAM.CREATE.COUNT', count);
  await connection.request('count.a', '', { headers: { 'Nats-Incr': '5' } });
}

async function stateOf(connection: Connection): Promise<string> {
  const list = async (subject: string): Promise<{ streams?: Item[]; consumers?: Item[] }> =>
    (await connection.request(`$JS.API.${subject}`, '')).json();
  interface Item {
    config: { name?: string };
    state?: object;
    delivered?: object;
  }
  const all: unknown[] = [];
  for (const { config, state } of (await list('STREAM.LIST')).streams ?? []) {
    const consumers = (await list(`CONSUMER.LIST.${config.name}`)).consumers ?? [];
    // Ephemeral ones go by themselves.
    const kept = consumers.filter((c) => 'durable_name' in c.config);
    const held = { ...(state as Record<string, unknown>), consumer_count: kept.length };
    all.push([config, held, kept.map((c) => [c.config, c.delivered])]);
  }
  return JSON.stringify(all, undefined, 1);
}

/** Starts the servers and fills them. */
export async function startWorld(): Promise<World> {
  const cwd = mkdtempSync(join(tmpdir(), 'natsbox-bad-'));
  const [server, bareServer]: [NatsServer, NatsServer] = await Promise.all([
    startNatsServer({ config: CONFIG }),
    startNatsServer({}),
  ]);
  const login = (user: string) => server.url.replace('//', `//${user}:p@`);
  const app = login('app');
  const connection = await connect({ servers: app });
  const run = (line: string, url: string | undefined, strict = true) =>
    runTool('nats', line.split(' '), { cwd, ...(url ? { url } : {}), env: strict ? { NATSBOX_STRICT: '1' } : {} });
  await fill(connection);
  writeFileSync(join(cwd, 'file'), 'content');
  for (const line of [
    'kv add CONFIG --storage memory',
    'kv put CONFIG a 1',
    'object add FILES --storage memory',
    'object put FILES file --name o',
    'stream add OTHER --subjects other --defaults',
    'stream backup OTHER backup --no-progress',
    'account backup backups -f',
    'stream rm OTHER -f',
  ]) {
    const { status, err } = await run(line, app);
    if (status !== 0) throw new Error(`${line}: ${err}`);
  }
  return {
    cwd,
    users: { app, nothing: login('nothing'), denied: login('denied'), plain: login('plain') },
    bare: bareServer.url,
    state: () => stateOf(connection),
    run,
    stop: async () => {
      await connection.close();
      await Promise.all([server.stop(), bareServer.stop()]);
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** Does it for all, two at a time. */
export async function pairwise<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all([lane(), lane()]);
}
