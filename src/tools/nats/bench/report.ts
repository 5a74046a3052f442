// The report of a benchmark as text, as CSV and as data.
import { csvLine } from '#base/csv.ts';
import { toFixedEven } from '#base/fixed.ts';
import { comma, commaFloat, humanBytes } from '#base/size.ts';
import { type LatencyData, type LatencySummary, mergeLatency, summarize } from './latency.ts';
import { type KindFacts, kindFacts, type Plan } from './plan.ts';
import { joined, rateOf, rateSpread, type Sample, seconds, throughputOf } from './sample.ts';

/** Everything the report is made from. */
export interface Outcome {
  readonly plan: Plan;
  readonly samples: readonly Sample[];
  readonly disconnected: boolean;
}

const us = (value: number) => `${commaFloat(value, 2)}us`;

function percentilesText(l: LatencySummary): string {
  return `P50: ${us(l.p50)} ~ P90: ${us(l.p90)} ~ P99: ${us(l.p99)} ~ P99.9: ${us(l.p999)}`;
}

function speed(sample: Pick<Sample, 'msgs' | 'bytes' | 'start' | 'end'>): string {
  return `${comma(rateOf(sample))} msgs/sec ~ ${humanBytes(throughputOf(sample))}/sec`;
}

function line(sample: Pick<Sample, 'msgs' | 'bytes' | 'start' | 'end' | 'latency'>): string {
  if (!sample.latency || sample.latency.count === 0) return speed(sample);
  const l = summarize(sample.latency);
  return `${speed(sample)} ~ min: ${us(l.min)} ~ avg: ${us(l.avg)} ~ max: ${us(l.max)} ~ ${percentilesText(l)}`;
}

function allLatency(samples: readonly Sample[]): LatencyData | undefined {
  const parts = samples.flatMap((s) => (s.latency && s.latency.count > 0 ? [s.latency] : []));
  return parts.length > 0 ? mergeLatency(parts) : undefined;
}

/** The lines of the report; the last one ends with a line break. */
export function reportText({ plan, samples }: Outcome): string {
  const facts: KindFacts = kindFacts(plan.kind);
  if (facts.prefix === '?' || samples.length === 0) return 'No publisher or subscribers. Nothing to report.';
  if (samples.length === 1)
    return `NATS ${facts.label} stats: ${line(samples[0] as Sample)}\n${openLoop(plan, samples)}`;
  const spread = rateSpread(samples);
  const latency = allLatency(samples);
  const lines = samples.map((s, i) => `  [${i + 1}] ${line(s)} (${comma(s.msgs)} msgs)`);
  lines.push('', ` NATS ${facts.label} aggregated stats: ${speed(joined(samples))}`);
  lines.push(
    ` message rates min ${comma(spread.min)} | avg ${comma(spread.avg)} | max ${comma(spread.max)} | stddev ${comma(spread.stddev)} msgs`,
  );
  if (latency) {
    const l = summarize(latency);
    lines.push(
      ` latencies per operation min ${us(l.min)} | avg ${us(l.avg)} | max ${us(l.max)} | stddev ${us(l.stddev)} | P50 ${us(l.p50)} | P90 ${us(l.p90)} | P99 ${us(l.p99)} | P99.9: ${us(l.p999)}`,
    );
  }
  return `${lines.join('\n')}\n${openLoop(plan, samples)}`;
}

/** What `--rate` and `--marks` add. */
function openLoop(plan: Plan, samples: readonly Sample[]): string {
  if (plan.rate === 0 && !plan.marks) return '';
  const latency = allLatency(samples);
  const lines: string[] = [];
  if (latency) {
    const l = summarize(latency);
    const from = plan.rate > 0 ? ` at ${comma(plan.rate)} msgs/sec` : '';
    lines.push(
      `Open loop${from}, from the intended send time: P50: ${us(l.p50)} ~ P99: ${us(l.p99)} ~ P99.9: ${us(l.p999)} ~ P99.99: ${us(l.p9999)} ~ max: ${us(l.max)}`,
    );
  }
  const counts = countsOf(samples);
  if (counts) {
    lines.push(`Lost: ${comma(counts.lost)} ~ duplicate: ${comma(counts.duplicate)} ~ gaps: ${comma(counts.gaps)}`);
  }
  return lines.map((l) => `${l}\n`).join('');
}

function countsOf(samples: readonly Sample[]) {
  const all = samples.flatMap((s) => (s.counts ? [s.counts] : []));
  if (all.length === 0) return undefined;
  const sum = (pick: (c: (typeof all)[number]) => number) => all.reduce((n, c) => n + pick(c), 0);
  return { lost: sum((c) => c.lost), duplicate: sum((c) => c.duplicate), gaps: sum((c) => c.gaps) };
}

const headings = 'RunID,ClientID,MsgCount,MsgBytes,MsgsPerSec,BytesPerSec,DurationSecs'.split(',');
const latencyHeadings = ['Min', 'Avg', 'Max', 'P50', 'P90', 'P99', 'P99.9', 'StdDev'].map(
  (name) => `${name}LatencyMicroSecs`,
);

/** A line for each client; latencies only where the kind measures them. */
export function reportCsv({ plan, samples }: Outcome): string {
  const facts = kindFacts(plan.kind);
  const timed = allLatency(samples) !== undefined;
  const rows = samples.map((s, i) => {
    const row: (string | number)[] = [plan.runId, `${facts.prefix}${i}`, s.wire, s.bytes, rateOf(s)];
    row.push(toFixedEven(throughputOf(s), 6), toFixedEven(seconds(s), 6));
    if (!timed) return row;
    const l = summarize(s.latency ?? { count: 0, min: 0, max: 0, sum: 0, squares: 0, buckets: [] });
    return [...row, ...[l.min, l.avg, l.max, l.p50, l.p90, l.p99, l.p999, l.stddev].map((v) => toFixedEven(v, 6))];
  });
  const head = timed ? [...headings, ...latencyHeadings] : headings;
  return [[`#${head[0]}`, ...head.slice(1)], ...rows].map((row) => `${csvLine(row)}\n`).join('');
}

/** One set of figures as data. Microseconds and seconds, as the report has them. */
function figures(sample: Pick<Sample, 'msgs' | 'bytes' | 'start' | 'end'>, latency: LatencyData | undefined) {
  return {
    msgs: sample.msgs,
    bytes: sample.bytes,
    seconds: seconds(sample),
    msgs_per_sec: rateOf(sample),
    bytes_per_sec: Math.round(throughputOf(sample)),
    ...(latency ? { latency_us: { count: latency.count, ...summarize(latency) } } : {}),
  };
}

/** The data of `--as`. */
export function reportData(outcome: Outcome, environment: Readonly<Record<string, unknown>>) {
  const { plan, samples } = outcome;
  const facts = kindFacts(plan.kind);
  const counts = countsOf(samples);
  return {
    run_id: plan.runId,
    benchmark: plan.kind,
    label: facts.label,
    environment,
    parameters: {
      clients: samples.length,
      msgs: plan.msgs,
      size: plan.payload.length,
      ...(plan.subject === '' ? {} : { subject: plan.subject }),
      ...(plan.stream === '' ? {} : { stream: plan.stream }),
      ...(plan.batch === 0 ? {} : { batch: plan.batch }),
      ...(plan.throughput === 0 ? {} : { throughput: plan.throughput }),
      ...(plan.rate === 0 ? {} : { rate: plan.rate }),
    },
    clients: samples.map((s, i) => ({ client: `${facts.prefix}${i}`, ...figures(s, s.latency) })),
    ...(samples.length === 0 ? {} : { total: figures(joined(samples), allLatency(samples)) }),
    ...(counts ? { counts } : {}),
    disconnected: outcome.disconnected,
    drained: samples.some((s) => s.drained === true),
  };
}
