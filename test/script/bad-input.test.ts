// Every command of JetStream and what stands on it, given what cannot work: it says why in one line, ends with the status of
// the cause, and leaves the server as it was.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { commands, type Leaf, leaves, pairwise, startWorld, type World } from '#test/bad-input.ts';
import { serverTest } from '#test/nats-server.ts';
import type { ToolResult } from '#test/run-tool.ts';

let world: World;
let start = '';
before(async () => {
  world = await startWorld();
  start = await world.state();
});
after(() => world?.stop());

/** Nobody listens there: a command that gets so far has overlooked something. */
const NOWHERE = '127.0.0.1:1';

/** Problems of a run that should have ended with the status, and with words that match. */
function problems(line: string, run: ToolResult, status: number, words: RegExp, most = 1): string[] {
  const lines = run.err.trimEnd().split('\n');
  const said = lines.filter((text) => !text.startsWith('  hint: ')).length;
  return [
    ...(run.status === status ? [] : [`status ${run.status}, not ${status}`]),
    ...(words.test(run.err) ? [] : ['says something else']),
    ...(said <= most ? [] : [`${said} lines`]),
    ...(/\n\s+at |undefined|\[object/.test(run.err) ? ['tells of its inside'] : []),
  ].map((problem) => `${line}: ${problem}: ${run.err}`);
}

type Case = readonly [line: string, status: number, words: RegExp, most?: number];

/** Runs all and compares the server's state before and after. */
async function all(cases: readonly Case[], url: string): Promise<void> {
  const found: string[] = [];
  await pairwise(cases, async ([line, status, words, most]) => {
    found.push(...problems(line, await world.run(line, url), status, words, most));
  });
  assert.deepEqual(found, []);
  assert.equal(await world.state(), start);
}

/** A value that a flag of the type cannot take; undefined where everything goes. */
function wrongValues(type: string): readonly string[] {
  if (type === 'uint') return ['x9', '-1'];
  if (['int', 'int64', 'float'].includes(type)) return ['x9', '99999999999999999999999x'];
  if (type === 'duration') return ['soon'];
  if (type === 'bytes') return ['many'];
  return type === 'enum' ? ['nonsense'] : [];
}

function misused({ path, spec }: Leaf): Case[] {
  const args = Object.values(spec.args ?? {});
  const needed = args.filter((arg) => arg.required);
  const given = needed.map(() => '1');
  const line = (...words: string[]) => [path, ...words].join(' ');
  const cases: Case[] = [[line('--no-such-flag'), 2, /^error: unknown long flag '--no-such-flag'/]];
  if (needed.length > 0) cases.push([line(), 2, /^error: required (argument|flag)/]);
  if (!args.some((arg) => arg.cumulative)) {
    cases.push([line(...Array.from({ length: args.length + 1 }, () => '1')), 2, /^(nats: )?error: /]);
  }
  const seen = new Set<string>();
  for (const [name, flag] of Object.entries(spec.flags ?? {})) {
    if (seen.has(flag.type) || (flag as { cumulative?: boolean }).cumulative) continue;
    const wrong = wrongValues(flag.type);
    if (wrong.length > 0) seen.add(flag.type);
    for (const value of wrong) cases.push([line(...given, `--${name}=${value}`), 2, /^(nats: )?error: /]);
  }
  return cases;
}

serverTest('missing, unknown, superfluous and wrongly typed arguments', async () => {
  const cases = (await leaves()).flatMap(misused);
  assert.ok(cases.length > 300, `${cases.length} cases`);
  await all(cases, NOWHERE);
});

serverTest('values that are out of range, or that contradict what is there', async () => {
  const usage = (line: string, words: RegExp): Case => [line, 2, words];
  await all(
    [
      usage('stream add NEW --subjects new.> --defaults --replicas 99', /num_replicas: must be <= 5/),
      usage('stream add NEW --subjects new.> --defaults --replicas=-1', /replicas should be >= 1/),
      usage('stream add NEW --subjects new.> --defaults --max-age=-5s', /max_age: must be >= 0/),
      usage('stream add NEW --subjects new.> --defaults --max-msgs=-5', /max_msgs: must be >= -1 but found -5/),
      usage(
        'stream add NEW --subjects new.> --defaults --max-msgs-per-subject=-2',
        /max_msgs_per_subject: must be >= -1/,
      ),
      usage('stream add NEW --subjects new.> --defaults --dupe-window=-1s', /duplicate_window: must be >= 0/),
      ['stream add NEW --subjects= --defaults', 1, /invalid subject/],
      ['stream add NEW --subjects new.> --subjects= --defaults', 1, /invalid subject/],
      ['stream edit ORDERS --subjects= -f', 1, /invalid subject/],
      ['stream edit ORDERS --subjects= --subjects orders.> -f', 1, /invalid subject/],
      ['stream copy ORDERS NEW --subjects=,', 1, /invalid subject/],
      ['stream add NEW --subjects new.> --defaults --max-age 1h --dupe-window 9h', 1, /duplicates window can not/],
      ['stream add NEW --subjects new.. --defaults', 1, /invalid subject/],
      usage('stream add bad.name --subjects new.> --defaults', /not a valid stream name/),
      ['stream add ORDERS --subjects other.> --defaults', 8, /already in use/],
      ['stream add NEW --subjects orders.x --defaults', 8, /overlap/],
      ['stream edit ORDERS --replicas 3 -f', 1, /not supported in non-clustered mode/],
      usage('stream get ORDERS abc', /invalid syntax/),
      ['stream get ORDERS 0', 1, /bad request/],
      usage('stream view ORDERS 0 --no-pager', /page size must be more than 0/),
      usage('stream rmm ORDERS abc -f', /invalid syntax/),
      usage('stream purge ORDERS --seq 2 --keep 2 -f', /cannot be combined/),
      usage('stream copy ORDERS ORDERS --subjects new.>', /cannot be the same/),
      usage('stream restore nofolder', /does not exist/),
      usage('stream backup ORDERS out', /memory streams do not support snapshots/),
      usage('consumer add ORDERS bad.name --pull --defaults', /durable name can not contain/),
      usage('consumer add ORDERS NEW --pull --defaults --deliver sometime', /invalid duration "sometime"/),
      ['consumer add ORDERS C --pull --defaults --ack none', 1, /ack policy can not be updated/],
      usage('consumer pause ORDERS C yesterday -f', /could not parse the pause time/),
      usage('consumer unpin ORDERS C g -f', /not a pinned priority consumer/),
      usage('kv add bad.name', /invalid bucket name/),
      usage('kv add NEW --history 65', /less than or equal to 64/),
      usage('kv add NEW --history 0', /greater than or equal to 1/),
      ['kv add NEW --ttl=-1s', 1, /max age can not be negative/],
      ['kv add NEW --replicas 9', 1, /maximum replicas is 5/],
      usage('kv put CONFIG a..b 1', /invalid key/),
      usage('kv put CONFIG .a 1', /invalid key/),
      ['kv get CONFIG a --revision 99', 3, /key not found/],
      ['kv update CONFIG a 2 99', 8, /key revision mismatch/],
      usage('kv update CONFIG a 2 x', /invalid syntax/),
      ['kv create CONFIG a 1', 8, /key exists/],
      usage('kv ls CONFIG a..b', /invalid key/),
      ['kv revert CONFIG a 99 --force', 1, /cannot revert key/],
      usage('object add bad.name', /invalid object-store name/),
      usage('object put FILES nofile', /does not exist/),
      usage('object put FILES file --chunk-size 99999999 -f', /over the server's maximum payload/),
      usage('object put FILES file -H nonsense -f', /invalid header/),
      ['object get FILES o -O /nosuch/dir/file', 1, /no such file or directory/],
      usage('counter increment count.a x', /invalid value/),
      usage('counter increment count.a 1.5', /invalid value/),
      usage('counter increment orders.x 1', /not a valid counter stream/),
      usage('counter increment count.* 1', /a subject with wildcards is no counter/),
      usage('counter list', /no stream or subject specified/),
      ['service info NOSUCH', 6, /no service instances found/],
      ['service stats NOSUCH', 6, /no service instances found/],
      ['service list', 6, /no service instances found/],
      ['service request NOSUCH e', 6, /no service instances found/],
      usage('service serve bad.name', /not valid/),
      usage('schema info nosuch', /unsupported schema type/),
      usage('schema search *nosuch*', /error parsing regexp/),
      usage('schema validate io.nats.jetstream.api.v1.stream_create_request file', /invalid JSON/),
      ['schema validate io.nats.jetstream.api.v1.stream_create_request nofile', 3, /no such file/],
      ['schema request nosuch.subject', 6, /no responders/],
      ['errors lookup 1', 3, /no error matches code 1/],
      usage('errors ls [', /error parsing regexp/),
      usage('errors validate file', /invalid JSON/),
      ['account tls', 1, /connection is not tls/],
      usage('account restore nofolder', /does not exist/),
      ['latency --server-b 127.0.0.1:1', 7, /no servers available/],
    ],
    world.users.app,
  );
});

serverTest('what is not there is not found, with the status of the original and with that of the cause', async () => {
  const lines = commands.flatMap(([, missing]) => (missing === undefined ? [] : [missing]));
  const words = /not found|no message found|unknown consumer/;
  // The original tells of a bucket that is not there on two lines.
  await all(
    lines.map((line) => [line, 3, words, line === 'kv del NOSUCH -f' ? 2 : 1] as const),
    world.users.app,
  );
  const found: string[] = [];
  await pairwise(
    lines.filter((_, i) => i % 7 === 0),
    async (line) => {
      found.push(...problems(line, await world.run(line, world.users.app, false), 1, words));
    },
  );
  assert.deepEqual(found, []);
});

const works = commands.map(([line]) => line);

serverTest('users that are allowed nothing, or everything but the API of JetStream', async () => {
  const cases = works.map((line) => [line, 4, /permissions violation: Permissions Violation for /i] as const);
  await all(cases, world.users.denied);
  await all(cases, world.users.nothing);
});

serverTest('an account without JetStream, and a server without it', async () => {
  await all(
    works.map((line) => [line, 1, /JetStream not enabled for account/] as const),
    world.users.plain,
  );
  await all(
    works.map((line) => [line, 6, /no responders available for request/] as const),
    world.bare,
  );
});
