import { goFloat } from '#base/fixed.ts';
import { type CheckResult, checkExit, checkStatus } from './check.ts';

/** One value of a metric. */
export interface MetricSample {
  /** Labels in the order they should appear. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number | bigint;
}

/** A metric with all its values. */
export interface MetricFamily {
  /** Characters outside [a-zA-Z0-9_:] become `_`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'untyped';
  readonly samples: readonly MetricSample[];
}

/** A legal metric name: what may not stand in one is replaced by `_`. */
export function metricName(...parts: readonly string[]): string {
  const name = parts
    .filter((part) => part !== '')
    .join('_')
    .replace(/[^a-zA-Z0-9_:]/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}

function sampleLine(name: string, sample: MetricSample): string {
  const labels = Object.entries(sample.labels ?? {}).map(([label, value]) => {
    const escaped = value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
    return `${label.replace(/[^a-zA-Z0-9_]/g, '_')}="${escaped}"`;
  });
  const value = typeof sample.value === 'bigint' ? String(sample.value) : goFloat(sample.value, 6);
  return `${name}${labels.length > 0 ? `{${labels.join(',')}}` : ''} ${value}\n`;
}

/**
 * The text exposition format of Prometheus, version 0.0.4: families sorted by name, HELP and TYPE before the samples,
 * numbers in Go's shortest form (2.1598208e+07). Families of the same name are joined under the first one's help.
 */
export function prometheusText(families: readonly MetricFamily[]): string {
  const byName = new Map<string, MetricFamily & { samples: MetricSample[] }>();
  for (const family of families) {
    const name = metricName(family.name);
    const known = byName.get(name);
    if (known) known.samples.push(...family.samples);
    else byName.set(name, { ...family, name, samples: [...family.samples] });
  }
  const sorted = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted
    .map((family) => {
      const help = family.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
      const head = `# HELP ${family.name} ${help}\n# TYPE ${family.name} ${family.type}\n`;
      return head + family.samples.map((sample) => sampleLine(family.name, sample)).join('');
    })
    .join('');
}

/**
 * The metrics of a check: one gauge per value under `NAMESPACE_SUITE_NAME{item}`, and the verdict as
 * `NAMESPACE_SUITE_status_code{item,status}` with the Nagios number. The usual namespace is `nats_server_check`.
 */
export function checkMetrics(result: CheckResult, namespace: string): MetricFamily[] {
  const item = result.name.replaceAll('"', '.');
  const suite = result.suite || result.name;
  const status = checkStatus(result);
  const gauges = result.perf.map((perf): MetricFamily => {
    const help = perf.help || `Data about the NATS CLI check ${suite}`;
    return {
      name: metricName(namespace, suite, perf.name),
      help,
      type: 'gauge',
      samples: [{ labels: { item }, value: perf.value }],
    };
  });
  const verdict: MetricFamily = {
    name: metricName(namespace, suite, 'status_code'),
    help: `Nagios compatible status code for ${suite}`,
    type: 'gauge',
    samples: [{ labels: { item, status }, value: checkExit(status) }],
  };
  return [...gauges, verdict];
}
