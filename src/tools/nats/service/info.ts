import { humanDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { goRegExp } from '#base/regex.ts';
import { comma } from '#base/size.ts';
import { formatDateTime, tryParseRfc3339 } from '#base/time.ts';
import { record } from '#cli/schema.ts';
import { askServices, type ServiceInfo, type ServiceStats } from '#client/service.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { type Columns, columns } from '#view/columns.ts';
import { infoSchema, timeoutOf } from './list.ts';
import { statsSchema } from './stats.ts';

/** `nats service info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i'],
  help: 'Show an instance of a service: its endpoints and what they have done',
  args: {
    service: { type: 'string', required: true, help: 'Name of the service', complete: 'services' },
    id: { type: 'string', help: 'This instance' },
  },
  flags: {
    endpoint: { type: 'string', short: 'e', help: 'Only endpoints whose name matches this regular expression' },
    json: { type: 'bool', short: 'j', help: 'Print information and statistics as JSON' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: record({ info: infoSchema, stats: statsSchema }),
  async run(input, runtime) {
    const { service, id } = input.args;
    const wanted = input.flags.endpoint ? goRegExp(input.flags.endpoint) : undefined;
    const connection = await runtime.connect();
    const one = { timeout: timeoutOf(runtime), wait: 1 };
    const [info] = await askServices<ServiceInfo>(connection, 'INFO', service, id ?? '', one);
    if (!info) {
      await runtime.show({ data: {}, text: () => 'No results received\n' }, { json: input.flags.json });
      return;
    }
    const [stats] = await askServices<ServiceStats>(connection, 'STATS', info.name, info.id, one);
    if (!stats) throw fail('timeout', `no statistics received for ${info.name} > ${info.id}`);
    const data = filtered(info, stats, wanted);
    await runtime.show(
      { data, text: async () => `${await columnsText(runtime, report(data, runtime))}\n` },
      { json: input.flags.json },
    );
  },
});

interface Both {
  readonly info: ServiceInfo;
  readonly stats: ServiceStats;
}

function filtered(info: ServiceInfo, stats: ServiceStats, wanted: RegExp | undefined): Both {
  if (!wanted) return { info, stats };
  const keep = (e: { name: string }) => wanted.test(e.name);
  return {
    info: { ...info, endpoints: info.endpoints.filter(keep) },
    stats: { ...stats, endpoints: stats.endpoints.filter(keep) },
  };
}

function report({ info, stats }: Both, runtime: Runtime): Columns {
  const out = columns('Service Information');
  out.row('Service', `${info.name} (${info.id})`);
  out.row('Description', info.description);
  out.row('Version', info.version);
  if (info.metadata && Object.keys(info.metadata).length > 0) out.map('Metadata', info.metadata);
  out.section('Endpoints');
  out.indent(2);
  info.endpoints.forEach((e, i) => {
    if (i > 0) out.line();
    out.row('Name', e.name);
    out.row('Subject', e.subject);
    out.rowIfNotEmpty('Queue Group', e.queue_group);
    if (e.metadata && Object.keys(e.metadata).length > 0) out.map('Metadata', e.metadata);
  });
  out.indent(0);
  out.section(`Statistics for ${stats.endpoints.length} Endpoint(s)`);
  const started = tryParseRfc3339(stats.started) ?? 0n;
  const age = humanDuration(runtime.clock.now() - started);
  for (const e of stats.endpoints) {
    out.indent(2);
    out.section(`${e.name || 'default'} Endpoint Statistics`);
    out.row('Requests', `${comma(e.num_requests)} in group ${JSON.stringify(e.queue_group)}`);
    const average = humanDuration(BigInt(e.average_processing_time));
    out.row('Processing Time', `${humanDuration(BigInt(e.processing_time))} (average ${average})`);
    out.row('Started', `${formatDateTime(started)} (${age} ago)`);
    out.row('Errors', e.num_errors);
    out.rowIfNotEmpty('Last Error', e.last_error);
    if (e.data !== undefined && e.data !== null) {
      out.section('Endpoint Specific Statistics');
      for (const line of stringifyJson(e.data, { indent: 4 }).split('\n')) out.line(`  ${line}`);
    }
    out.indent(0);
  }
  return out;
}
