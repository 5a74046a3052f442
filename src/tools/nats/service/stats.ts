import { humanDuration } from '#base/duration.ts';
import { comma } from '#base/size.ts';
import { any, arr, int, list, nanos, obj, str, time } from '#cli/schema.ts';
import { askServices, type ServiceStats } from '#client/service.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { timeoutOf } from './list.ts';

const endpointSchema = obj({
  name: str,
  subject: str,
  queue_group: str,
  num_requests: int,
  num_errors: int,
  last_error: str,
  processing_time: nanos,
  average_processing_time: nanos,
  'data?': any,
});

export const statsSchema = obj({
  name: str,
  id: str,
  version: str,
  metadata: any,
  type: str,
  started: time,
  endpoints: arr(endpointSchema),
});

/** `nats service stats` */
export const command = defineCommand({
  name: 'stats',
  help: 'Show what the instances of a service have done',
  args: {
    service: { type: 'string', required: true, help: 'Name of the service', complete: 'services' },
    id: { type: 'string', help: 'Only this instance' },
  },
  flags: { json: { type: 'bool', short: 'j', help: 'Print what the services answered as JSON' } },
  tags: { scope: 'user', impact: 'ro' },
  output: list(statsSchema),
  async run(input, runtime) {
    const { service, id } = input.args;
    const connection = await runtime.connect();
    const found = await askServices<ServiceStats>(connection, 'STATS', service, id ?? '', {
      timeout: timeoutOf(runtime),
    });
    const rows = () => found.flatMap((s) => s.endpoints.map((e) => ({ service: s.name, id: s.id, ...e })));
    await runtime.show(
      { data: found, text: () => statsText(runtime, service, found), rows },
      { json: input.flags.json },
    );
  },
});

async function statsText(runtime: Runtime, service: string, found: readonly ServiceStats[]): Promise<string> {
  if (found.length === 0) return 'No responses received\n';
  let requests = 0;
  let errors = 0;
  let total = 0n;
  const rows = found.flatMap((s) =>
    s.endpoints.map((e, i) => {
      requests += e.num_requests;
      errors += e.num_errors;
      total += BigInt(e.processing_time);
      return [
        i === 0 ? s.id : '',
        e.name,
        comma(e.num_requests),
        e.queue_group,
        comma(e.num_errors),
        humanDuration(BigInt(e.processing_time)),
        humanDuration(BigInt(e.average_processing_time)),
      ];
    }),
  );
  const average = requests + errors > 0 ? total / BigInt(requests + errors) : 0n;
  const table = await tableText(runtime, {
    title: `${service} Service Statistics`,
    headers: ['ID', 'Endpoint', 'Requests', 'Queue Group', 'Errors', 'Processing Time', 'Average Time'],
    rows,
    footer: ['', '', comma(requests), '', comma(errors), humanDuration(total), humanDuration(average)],
  });
  return `${table}\n`;
}
