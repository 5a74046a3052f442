import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { parseJson, stringifyJson, toJson } from '#base/json64.ts';
import { comma } from '#base/size.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import type { ConsumerInfo, StreamInfo } from '#client/jetstream/types.ts';
import { renderColumns } from '#view/columns.ts';
import { type DataFormat, renderAs } from '#view/render.ts';
import { consumerReport } from '../consumer/show.ts';
import { streamReport } from '../stream/show.ts';
import { streamInfoDocument } from './document.ts';

const u64 = fc.bigInt({ min: 0n, max: 18_446_744_073_709_551_615n });
/** Nanoseconds of the years 1970 to 2200. */
const moment = fc.bigInt({ min: 1n, max: 7_258_118_400_000_000_000n });

const text = (format: DataFormat, data: unknown) => [...renderAs(format, toJson(data))].join('');

test('sequences to 2^64-1 and times to the nanosecond pass every form as they came from the server', () => {
  fc.assert(
    fc.property(u64, u64, u64, moment, (first, last, bytes, when) => {
      const time = formatRfc3339Nano(when);
      const answer = `{"config":{"name":"S","subjects":["s"],"retention":"limits","max_consumers":-1,"max_msgs":-1,"max_bytes":-1,"max_age":0,"storage":"file","num_replicas":1,"first_seq":${first}},"created":"${time}","state":{"messages":${last},"bytes":${bytes},"first_seq":${first},"first_ts":"${time}","last_seq":${last},"last_ts":"${time}","consumer_count":0}}`;
      const info = parseJson(answer) as unknown as StreamInfo;
      const document = streamInfoDocument(info);
      for (const form of [stringifyJson(document), text('json', document), text('ndjson', document)]) {
        const { state } = parseJson(form) as unknown as StreamInfo;
        assert.deepEqual([BigInt(state.first_seq), BigInt(state.last_seq), BigInt(state.bytes)], [first, last, bytes]);
        assert.equal(state.last_ts, time);
      }
      const yaml = parseYaml(text('yaml', document), { intAsBigInt: true }) as { state: Record<string, unknown> };
      assert.deepEqual([yaml.state['first_seq'], yaml.state['last_seq']], [first, last]);
      for (const form of ['csv', 'tsv', 'md'] as const) {
        const row = text(form, [{ seq: last, time }]);
        assert.ok(row.includes(String(last)) && row.includes(time), row);
      }
      const report = renderColumns(streamReport(info, when));
      const shown = last >= 9_223_372_036_854_775_807n ? String(last) : comma(last);
      assert.ok(report.includes(shown), `${shown} in\n${report}`);
    }),
    { numRuns: 60 },
  );
});

test('consumers tell their sequences exactly too', () => {
  fc.assert(
    fc.property(u64, u64, moment, (consumer, stream, when) => {
      const time = formatRfc3339Nano(when);
      const pair = `{"consumer_seq":${consumer},"stream_seq":${stream},"last_active":"${time}"}`;
      const answer = `{"stream_name":"S","name":"C","config":{"ack_policy":"explicit","deliver_policy":"by_start_sequence","opt_start_seq":${stream},"replay_policy":"instant","max_ack_pending":1000},"created":"${time}","delivered":${pair},"ack_floor":${pair},"num_ack_pending":0,"num_redelivered":0,"num_waiting":0,"num_pending":${stream}}`;
      const info = parseJson(answer) as unknown as ConsumerInfo;
      assert.equal(parseJson(stringifyJson(info)) && stringifyJson(info), answer);
      const report = renderColumns(consumerReport(info, when));
      for (const seq of [consumer, stream]) {
        assert.ok(report.includes(String(seq)) || report.includes(comma(seq)), `${seq} in\n${report}`);
      }
    }),
    { numRuns: 60 },
  );
});
