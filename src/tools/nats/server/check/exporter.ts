import { fail, messageOf } from '#base/errors.ts';
import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { nagiosLine } from '#view/nagios.ts';
import { checkMetrics, type MetricFamily, prometheusText } from '#view/prometheus.ts';
import { exporterWorld, parseChecks, runCheck } from '../checks/exporter.ts';
import { newVerdict } from '../checks/verdict.ts';
import { group } from './group.ts';
import { asStrict } from './run.ts';

/** `nats server check exporter` */
export const command = defineCommand({
  name: 'exporter',
  help: 'Serve checks as Prometheus metrics over HTTP\n\nThe configuration is YAML: context, and checks with name, kind, context and properties.',
  hidden: true,
  flags: {
    config: { type: 'existing-file', required: true, help: 'Which checks to run' },
    port: { type: 'int', default: '8080', help: 'Port to listen on' },
    'https-key': { type: 'existing-file', help: 'Private key for HTTPS, PEM' },
    'https-certificate': { type: 'existing-file', help: 'Certificate for HTTPS, PEM' },
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'rw' },
  output: none,
  async run(input, runtime) {
    const { flags } = input;
    const config = await parseChecks(await runtime.files.readText(flags.config));
    const worlds = new Map<string, ReturnType<typeof exporterWorld>>();
    const metrics = async (): Promise<string> => {
      const families: MetricFamily[] = [];
      for (const check of config.checks) {
        const context = check.context || config.context;
        const kept = check.reuse ? worlds.get(context) : undefined;
        const world = kept ?? exporterWorld(runtime, context);
        if (check.reuse) worlds.set(context, world);
        const verdict = newVerdict(check.kind, check.name);
        await runCheck(world, verdict, check).catch((error) => verdict.critical(`check failed: ${messageOf(error)}`));
        if (!check.reuse) await world.close();
        const result = asStrict(runtime, verdict.result());
        runtime.log(nagiosLine(result));
        families.push(...checkMetrics(result, flags.namespace));
      }
      return prometheusText(families);
    };
    const handle = (path: string): Promise<string> | undefined => (path === '/metrics' ? metrics() : undefined);
    await serveText(
      runtime.signal,
      flags,
      (text) => runtime.log(text),
      async () => runtime.files.readText(flags['https-key'] ?? ''),
      async () => runtime.files.readText(flags['https-certificate'] ?? ''),
      handle,
    );
    for (const world of worlds.values()) await world.close();
  },
});

/** Listens until the signal is aborted. */
async function serveText(
  signal: AbortSignal,
  flags: {
    readonly port: number;
    readonly 'https-key'?: string | undefined;
    readonly 'https-certificate'?: string | undefined;
  },
  log: (text: string) => void,
  key: () => Promise<string>,
  cert: () => Promise<string>,
  handle: (path: string) => Promise<string> | undefined,
): Promise<void> {
  const { createServer } = await import('node:http');
  const secure = flags['https-key'] !== undefined && flags['https-certificate'] !== undefined;
  const listener: Parameters<typeof createServer>[1] = (request, response) => {
    const answer = handle((request.url ?? '').split('?')[0] ?? '');
    if (!answer) {
      response.writeHead(404).end();
      return;
    }
    answer.then(
      (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      (error) => response.writeHead(500).end(messageOf(error)),
    );
  };
  const server = secure
    ? (await import('node:https')).createServer({ key: await key(), cert: await cert() }, listener)
    : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      const why = inUse ? `listen tcp :${flags.port}: bind: address already in use` : error.message;
      reject(fail('error', why, inUse ? { hint: 'use --port for another one' } : {}));
    });
    const url = `${secure ? 'https' : 'http'}://0.0.0.0:${flags.port}/metrics`;
    server.listen(flags.port, () => log(`NATS CLI Prometheus Exporter listening on ${url}`));
    const stop = (): void => {
      server.closeAllConnections();
      server.close(() => resolve());
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}
