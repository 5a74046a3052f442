import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CheckResult, checkExit, checkJson, checkStatus } from './check.ts';
import { checkText } from './check-text.ts';
import { nagiosLine, perfText } from './nagios.ts';
import { checkMetrics, metricName, prometheusText } from './prometheus.ts';

const fine: CheckResult = {
  suite: 'kv',
  name: 'CFG',
  criticals: [],
  warnings: [],
  oks: ['bucket CFG', 'key k found'],
  perf: [
    { name: 'values', value: 1, help: 'How many values are stored in the bucket' },
    { name: 'bytes', value: 40, unit: 'B', help: 'Bytes stored in the bucket' },
    { name: 'replicas', value: 1 },
  ],
};

test('the nagios line', () => {
  assert.equal(nagiosLine(fine), 'OK CFG OK:bucket CFG OK:key k found | values=1 bytes=40B replicas=1');
  const bad = { ...fine, criticals: ['2 values'], warnings: ['slow'], oks: [], perf: [] };
  assert.equal(nagiosLine(bad), 'CRITICAL CFG Crit:2 values Warn:slow');
  assert.equal(nagiosLine({ ...fine, oks: [], perf: [] }), 'OK CFG');
  assert.equal(nagiosLine({ ...fine, output: 'all good', perf: [] }), 'OK CFG all good');
});

test('values and thresholds', () => {
  assert.equal(
    perfText({ name: 'rtt', value: 0.00012345, unit: 's', warning: 0.5, critical: 1 }),
    'rtt=0.0001s;0.5000;1.0000',
  );
  assert.equal(perfText({ name: 'replicas_lagged', value: 0, critical: 200 }), 'replicas_lagged=0;;200');
  assert.equal(perfText({ name: 'values', value: 2, warning: 1 }), 'values=2;1');
  assert.equal(perfText({ name: 'memory_pct', value: 0, unit: '%', warning: 75, critical: 90 }), 'memory_pct=0%;75;90');
  assert.equal(perfText({ name: 'expiry', value: -1795422040, unit: 's' }), 'expiry=-1795422040.0000s');
  assert.equal(perfText({ name: 'two words', value: 1 }), "'two words'=1");
});

test('verdicts and exit statuses', () => {
  assert.equal(checkStatus(fine), 'OK');
  assert.equal(checkStatus({ criticals: [], warnings: ['w'] }), 'WARNING');
  assert.equal(checkStatus({ criticals: ['c'], warnings: ['w'] }), 'CRITICAL');
  assert.deepEqual((['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const).map(checkExit), [0, 1, 2, 3]);
});

test('the JSON document', () => {
  assert.equal(
    JSON.stringify(checkJson({ ...fine, perf: fine.perf.slice(1, 2) })),
    '{"status":"OK","check_suite":"kv","check_name":"CFG","ok":["bucket CFG","key k found"],' +
      '"perf_data":[{"name":"bytes","value":40,"warning":0,"critical":0,"unit":"B"}]}',
  );
  assert.deepEqual(Object.keys(checkJson({ ...fine, oks: [], perf: [], criticals: ['x'] })), [
    'status',
    'check_suite',
    'check_name',
    'critical',
    'perf_data',
  ]);
});

test('prometheus exposition, sorted by name', () => {
  assert.equal(
    prometheusText(checkMetrics(fine, 'nats_server_check')),
    `# HELP nats_server_check_kv_bytes Bytes stored in the bucket
# TYPE nats_server_check_kv_bytes gauge
nats_server_check_kv_bytes{item="CFG"} 40
# HELP nats_server_check_kv_replicas Data about the NATS CLI check kv
# TYPE nats_server_check_kv_replicas gauge
nats_server_check_kv_replicas{item="CFG"} 1
# HELP nats_server_check_kv_status_code Nagios compatible status code for kv
# TYPE nats_server_check_kv_status_code gauge
nats_server_check_kv_status_code{item="CFG",status="OK"} 0
# HELP nats_server_check_kv_values How many values are stored in the bucket
# TYPE nats_server_check_kv_values gauge
nats_server_check_kv_values{item="CFG"} 1
`,
  );
});

test('names, labels and numbers are escaped and exact', () => {
  assert.equal(metricName('ns', 'two-words', '9 x'), 'ns_two_words_9_x');
  const text = prometheusText([
    {
      name: 'm',
      help: 'a\\b\nc',
      type: 'counter',
      samples: [
        { labels: { l: 'q"\\\n' }, value: 21598208 },
        { value: 9007199254740993n },
        { value: 0.0000123 },
        { value: Number.POSITIVE_INFINITY },
      ],
    },
  ]);
  assert.equal(
    text,
    '# HELP m a\\\\b\\nc\n# TYPE m counter\nm{l="q\\"\\\\\\n"} 2.1598208e+07\nm 9007199254740993\nm 1.23e-05\nm +Inf\n',
  );
});

test('tables for people', () => {
  assert.equal(
    checkText({ ...fine, perf: fine.perf.slice(1, 2) }),
    `CFG: OK

Status Detail

╭────────┬─────────────╮
│ Status │ Message     │
├────────┼─────────────┤
│ OK     │ bucket CFG  │
│ OK     │ key k found │
╰────────┴─────────────╯

Check Metrics

╭────────┬───────┬──────┬────────────────────┬───────────────────┬────────────────────────────╮
│ Metric │ Value │ Unit │ Critical Threshold │ Warning Threshold │ Description                │
├────────┼───────┼──────┼────────────────────┼───────────────────┼────────────────────────────┤
│ bytes  │ 40    │ B    │ 0                  │ 0                 │ Bytes stored in the bucket │
╰────────┴───────┴──────┴────────────────────┴───────────────────┴────────────────────────────╯

`,
  );
  assert.equal(checkText({ ...fine, oks: [], perf: [] }), 'CFG: OK\n\n\n');
});
