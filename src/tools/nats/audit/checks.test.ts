import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainOutput } from '#base/terminal.ts';
import { type Archive, openArchive } from '#client/system/archive-file.ts';
import type { Tags } from '#client/system/archive-layout.ts';
import { writeArchive } from '#client/system/archive-write.ts';
import { type Analysed, analyse, readAnalysis } from './analysis.ts';
import { reportLines, reportMarkdown } from './report.ts';

type Document = readonly [document: unknown, tags: Tags];

async function archiveOf(...documents: Document[]): Promise<Archive> {
  const chunks: Uint8Array[] = [];
  const archive = writeArchive({ write: async (chunk) => void chunks.push(chunk) }, 0);
  for (const [document, tags] of documents) await archive.addJson(document, tags);
  await archive.end();
  return openArchive(new Uint8Array(Buffer.concat(chunks)));
}

/** A healthy server's answers, with these in place of some. */
function server(name: string, cluster: string, over: Readonly<Record<string, unknown>> = {}): Document[] {
  const answers: Record<string, unknown> = {
    variables: { version: '2.15.1', cores: 2, cpu: 10, mem: 100, slow_consumers: 0, auth_required: true },
    gateways: { outbound_gateways: { X: { configured: true } }, inbound_gateways: {} },
    leafs: { leafs: [{ name: 'leaf' }] },
    health: { status: 'ok', status_code: 200 },
    jetstream_info: { ha_assets: 1, memory: 0, storage: 0, config: {}, meta_cluster: { leader: 'n1', replicas: [] } },
    ...over,
  };
  return Object.entries(answers).flatMap(([type, data]): Document[] =>
    data === undefined
      ? []
      : [
          [
            { server: { name }, data },
            { server: name, cluster, artifact_type: type },
          ],
        ],
  );
}

function stream(name: string, on: string, document: object): Document {
  const tags = { account: 'A', server: on, cluster: 'C', stream: name, artifact_type: 'stream_info' };
  return [{ name, config: {}, state: { last_seq: 1, messages: 1, bytes: 1, consumer_count: 0 }, ...document }, tags];
}

const run = async (...documents: Document[]): Promise<Analysed> =>
  analyse(await archiveOf(...documents), { skip: [], examples: 2, now: 0n, log: () => undefined });

function outcome({ analysis }: Analysed, code: string): string {
  const found = analysis.checks.find((r) => r.check.code === code);
  const { examples = [], error } = found?.examples ?? {};
  return [found?.outcome_string, ...examples, ...(error ? [error] : [])].join(' | ');
}

test('a healthy deployment passes all that can be known', async () => {
  const found = await run(...server('n1', 'C'), ...server('n2', 'C'), stream('S', 'n1', {}));
  assert.deepEqual(found.analysis.outcomes, { FAIL: 0, PASS: 20, SKIP: 1, WARN: 0 });
  assert.equal(outcome(found, 'SERVER_008'), 'SKIP');
});

test('each check of servers and clusters finds what it looks for', async () => {
  const config = { max_memory: 100, max_storage: 1000, domain: 'a b' };
  const meta = { leader: '', replicas: [{ name: 'n3', offline: true }] };
  const now = '2026-01-01T00:00:00Z';
  const found = await run(
    ...server('n1', 'C 1'),
    ...server('n2', 'C 1', {
      variables: {
        ...{ version: '2.14.0', cores: 2, cpu: 300, mem: 1000, slow_consumers: 3, now },
        ...{ tls_cert_not_after: '2026-01-03T00:00:00Z', cluster: { tls_cert_not_after: '2025-12-31T00:00:00Z' } },
        leaf: { tls_cert_not_after: '2026-01-20T00:00:00Z' },
      },
      gateways: { outbound_gateways: { Y: { configured: true } }, inbound_gateways: { Z: [{ configured: true }] } },
      leafs: { leafs: [{ name: 'my leaf' }] },
      health: { status: 'unavailable', status_code: 503 },
      jetstream_info: { ha_assets: 1001, memory: 95, storage: 1000, config, meta_cluster: meta },
    }),
  );
  const is = (code: string, text: string) => assert.equal(outcome(found, code), text);
  is('CLUSTER_001', 'WARN | Cluster C 1 avg: 550 B, server n2: 1000 B');
  is(
    'CLUSTER_002',
    'FAIL | Cluster C 1, inbound gateways server n2: [Z] != server n1: [] | Cluster C 1, outbound gateways server n2: [Y] != server n1: [X]',
  );
  is('CLUSTER_003', 'WARN | n2: 1001 HA assets');
  is('CLUSTER_004', 'FAIL | Cluster: C 1');
  is('LEAF_001', 'FAIL | Cluster C 1: [my leaf]');
  is('META_001', 'FAIL | C 1 - n2 reports peer n3 as offline');
  is('META_002', 'FAIL | Members of C 1 have no meta leader');
  is('SERVER_001', 'WARN | n2: 503 - unavailable');
  is('SERVER_002', 'FAIL | n1 - 2.15.1 | n2 - 2.14.0');
  is('SERVER_003', 'FAIL | C 1 - n2: 150.0%');
  is('SERVER_004', 'WARN | C 1/n2: 3 slow consumers');
  is('SERVER_005', 'WARN | n2 memory usage: 95 B of 100 B | n2 store usage: 1000 B of 1000 B');
  is('SERVER_006', 'WARN | Cluster C 1 Server n2 Domain a b');
  is('SERVER_007', 'WARN | n2: authentication not required');
  is(
    'SERVER_008',
    'FAIL | C 1/n2 server TLS certificate expires in 48h0m0s (expires_at=2026-01-03T00:00:00Z) | C 1/n2 cluster TLS certificate expired (expired_at=2025-12-31T00:00:00Z)',
  );
  const text = reportLines(found.analysis, 'a.zip', found.more, plainOutput);
  assert.match(text, /\[FAIL\] \[SERVER_008\] .*\n - .*\n - .*\n - \.\.\. and 1 more \.\.\.\n/);
});

test('servers without JetStream are no trouble, those that hide it are', async () => {
  const without = await run(...server('n1', 'C'), ...server('n2', 'C', { jetstream_info: undefined }));
  assert.equal(outcome(without, 'META_001'), 'PASS');
  const variables = { version: '1', cores: 1, cpu: 1, mem: 1, jetstream: { config: { max_memory: 1 } } };
  const hiding = await run(...server('n1', 'C'), ...server('n2', 'C', { jetstream_info: undefined, variables }));
  assert.equal(outcome(hiding, 'META_001'), 'SKIP | no jetstream_info of server n2 in cluster C');
  const silent = await run(...server('n1', 'C', { gateways: undefined }));
  assert.equal(outcome(silent, 'CLUSTER_002'), 'SKIP | no gateways of server n1 in cluster C');
});

test('streams, consumers and accounts are held against limits and metadata', async () => {
  const state = { last_seq: 100, messages: 10, bytes: 0, consumer_count: 1, num_subjects: 2_000_000 };
  const monitored = { 'io.nats.monitor.enabled': 'true', 'io.nats.monitor.msgs-critical': '20' };
  const waiting = { 'io.nats.monitor.enabled': 'true', 'io.nats.monitor.waiting-critical': '1' };
  const consumer = {
    ...{ stream_name: 'S', name: 'c', config: { metadata: waiting }, cluster: { leader: 'n1' } },
    ...{ num_waiting: 2, num_pending: 0, num_ack_pending: 0, num_redelivered: 0, delivered: {}, ack_floor: {} },
  };
  const config = { max_msgs: 10, metadata: monitored, num_replicas: 1 };
  const claim = { nats: { limits: { conn: 10, leaf: -1, subs: 100 } } };
  const use = { account_name: 'A', client_connections: 11, leafnode_connections: 5, subscriptions: 91 };
  const found = await run(
    ...server('n1', 'C'),
    ...server('n2', 'C'),
    stream('S', 'n1', { config, state, cluster: { leader: 'n1' }, consumer_detail: [consumer] }),
    stream('S', 'n2', { config, state: { ...state, last_seq: 89, num_subjects: 1 }, cluster: { leader: 'n1' } }),
    [
      { server: { name: 'n1' }, data: { ...use, decoded_jwt: claim } },
      { account: 'A', server: 'n1', cluster: 'C', artifact_type: 'account_info' },
    ],
  );
  const is = (code: string, text: string) => assert.equal(outcome(found, code), text);
  is('JETSTREAM_001', 'FAIL | A/S server n2 lastSequence: 89 is behind highest lastSequence: 100 on server: n1');
  is('JETSTREAM_002', 'WARN | A/S: 2000000 subjects');
  is(
    'JETSTREAM_003',
    'WARN | stream S (in A on n1) using 100.0% of messages limit (10/10) | stream S (in A on n2) using 100.0% of messages limit (10/10)',
  );
  is('JETSTREAM_004', 'FAIL | CRITICAL: stream S in A: 10 messages');
  is('JETSTREAM_005', 'FAIL | CRITICAL: consumer c in stream S in A: Waiting Pulls: 2');
  is(
    'ACCOUNTS_001',
    'FAIL | account A (on n1) exceeded client connections limit (110.0%, 11/10) | account A (on n1) using 91.0% of subscriptions limit (91/100)',
  );
});

test('checks are skipped by code and suite, and a report is loaded as it was saved', async () => {
  const archive = await archiveOf(...server('n|1', 'C', { health: { status: 'bad', status_code: 1 } }));
  const skip = ['server_002', 'META', 'nosuch'];
  const { analysis } = await analyse(archive, { skip, examples: 0, now: 0n, log: () => undefined });
  const skipped = analysis.checks.filter((r) => r.outcome_string === 'SKIP').map((r) => r.check.code);
  assert.deepEqual(skipped, ['META_001', 'META_002', 'SERVER_002', 'SERVER_008']);
  assert.deepEqual(readAnalysis(JSON.stringify(analysis)), JSON.parse(JSON.stringify(analysis)));
  assert.throws(() => readAnalysis('{"type":"x"}'), /unexpected analysis type "x"/);
  const markdown = reportMarkdown(analysis, 0);
  assert.match(markdown, /^# NATS Audit Report produced 01 Jan 70 00:00 \+0000\n/);
  assert.match(
    markdown,
    /#### Server Health\n\nOutcome: \*\*WARN\*\*\n\n\|#\|Example\|\n\|-\|-------\|\n\|1\|n\\\|1: 1 - bad\|\n/,
  );
});
