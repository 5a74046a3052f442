import { comma } from '#base/size.ts';
import { any, arr, list, obj, str } from '#cli/schema.ts';
import type { Answer, Healthz } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import type { Cell, Table } from '#view/table-model.ts';
import { limitArg, reportFlags } from '../flags.ts';
import { group } from './group.ts';
import { ordered, refuseErrors, runReport } from './run.ts';

/** `nats server report health` */
export const command = defineCommand({
  name: 'health',
  help: 'Health of each server, and what is wrong where it is not well',
  args: limitArg,
  flags: {
    'js-enabled': { type: 'bool', short: 'J', negatable: true, help: 'JetStream must be on' },
    'server-only': { type: 'bool', short: 'S', negatable: true, help: 'Leave streams and consumers out' },
    account: { type: 'string', help: 'Check only this account' },
    stream: { type: 'string', help: 'Check only this stream' },
    consumer: { type: 'string', help: 'Check only this consumer' },
    ...reportFlags,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ server: str, 'cluster?': str, 'domain?': str, status: str, 'errors?': arr(any) })),
  async run(input, runtime) {
    const { flags } = input;
    await runReport(runtime, { ...flags, limit: input.args.limit }, async (source, filter) => {
      const answers = await source.ask('HEALTHZ', {
        ...filter,
        ...(flags['js-enabled'] ? { 'js-enabled-only': true } : {}),
        ...(flags['server-only'] ? { 'js-server-only': true } : {}),
        ...(flags.account ? { account: flags.account } : {}),
        ...(flags.stream ? { stream: flags.stream } : {}),
        ...(flags.consumer ? { consumer: flags.consumer } : {}),
        details: true,
      });
      refuseErrors(answers);
      const servers = ordered(answers, flags.reverse, (a) => a.server.name);
      return {
        data: servers.map(({ server, data }) => ({
          server: server.name,
          ...(server.cluster ? { cluster: server.cluster } : {}),
          ...(server.domain ? { domain: server.domain } : {}),
          ...(data ?? { status: 'unknown' }),
        })),
        text: async () => `${await tableText(runtime, healthTable(servers))}\n`,
        answered: servers.map((a) => a.server.name),
      };
    });
  },
});

/** A row for each server, and one for each of its first errors. */
export function healthTable(servers: readonly Answer<Healthz>[]): Table {
  const rows: Cell[][] = [];
  let total = 0;
  for (const { server, data } of servers) {
    const errors = data?.errors ?? [];
    total += errors.length;
    rows.push([
      server.name,
      server.cluster ?? '',
      server.domain ?? '',
      `${data?.status ?? ''} (${data?.status_code ?? 0})`,
    ]);
    const shown = errors.length > 10 ? 9 : errors.length;
    for (const e of errors.slice(0, shown)) rows.push(['', '', '', '', e.type, e.error ?? '']);
    if (shown < errors.length) rows.push(['', '', '', `${errors.length - shown} more errors`]);
  }
  const ok = servers.filter((s) => s.data?.status_code === 200).length;
  const clusters = new Set(servers.map((s) => s.server.cluster ?? '')).size;
  return {
    title: 'Health Report',
    headers: ['Server', 'Cluster', 'Domain', 'Status', 'Type', 'Error'],
    rows,
    footer: [servers.length, clusters, '', `ok: ${ok} / err: ${servers.length - ok}`, '', comma(total)],
  };
}
