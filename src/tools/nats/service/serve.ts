import { formatDateTime } from '#base/time.ts';
import { record, str } from '#cli/schema.ts';
import { addService } from '#client/service.ts';
import { defineCommand } from '#runtime/command.ts';
import { columnsText } from '#runtime/text.ts';
import { columns } from '#view/columns.ts';

/** `nats service serve` */
export const command = defineCommand({
  name: 'serve',
  help: 'Run a service that answers NAME.echo with what it was sent',
  args: { name: { type: 'string', required: true, help: 'Name of the service' } },
  flags: { header: { type: 'key=value', short: 'H', cumulative: true, help: 'Header to add to answers, K:V' } },
  tags: { scope: 'user', impact: 'ro' },
  output: record({ name: str, id: str, subject: str }),
  async run(input, runtime) {
    const { name } = input.args;
    const connection = await runtime.connect();
    const subject = `${name}.echo`;
    let payload = 0;
    const service = addService(connection, {
      name,
      version: '1.0.0',
      description: `NATS CLI Demo Service (${name})`,
      metadata: {
        '_nats.client.created.library': 'natscli',
        '_nats.client.created.version': runtime.version,
      },
      now: () => runtime.clock.now(),
      endpoints: [
        {
          name: 'echo',
          subject,
          stats: () => ({ total_payload: payload }),
          handler: (request) => {
            payload += request.data.length;
            runtime.log(`Handling request on subject ${request.subject}`);
            const own: [string, string][] = [
              ['ConnectedUrl', connection.serverUrl],
              ['Handler', String(runtime.platform.pid)],
              ['Subject', request.subject],
              ['Timestamp', formatDateTime(runtime.clock.now())],
            ];
            if (connection.info.cluster) own.push(['ConnectedCluster', connection.info.cluster]);
            const sent = request.headers?.entries() ?? [];
            request.respond(request.data, { headers: [...own, ...input.flags.header, ...sent] });
          },
        },
      ],
    });
    await connection.flush();
    const report = columns(
      `NATS CLI Service ${name} handler ${runtime.platform.pid} waiting for requests on ${connection.serverUrl}`,
    );
    report.section('Listening Subjects').row(subject, 'Echo Service');
    if (input.flags.header.size > 0) {
      report.section('Custom Response Headers');
      for (const [k, v] of input.flags.header) report.row(k, v);
    }
    report.section('Requests Log');
    await runtime.show({ data: { name, id: service.id, subject }, text: () => columnsText(runtime, report) });
    const { signal } = runtime;
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await service.stop();
  },
});
