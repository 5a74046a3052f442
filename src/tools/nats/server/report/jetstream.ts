import { fail } from '#base/errors.ts';
import { any, int, list, obj, str } from '#cli/schema.ts';
import { noPrivileges } from '#client/system/gather.ts';
import { isFiltered } from '#client/system/source.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { leaderTable } from '../../jetstream/leaders.ts';
import { limitArg, reportFlags } from '../flags.ts';
import { group } from './group.ts';
import { type JsServer, jsServer, leadersOf, metaTable, sortServers, summaryTable } from './jsz.ts';
import { runReport } from './run.ts';

const sorts = [
  ...['name', 'cluster', 'streams', 'consumers', 'msgs', 'mbytes', 'bytes', 'mem', 'file', 'store', 'api'],
  'err',
] as const;

/** `nats server report jetstream` */
export const command = defineCommand({
  name: 'jetstream',
  aliases: ['jsz', 'js'],
  help: 'JetStream on each server, and the state of the meta group',
  args: limitArg,
  flags: {
    account: { type: 'string', help: 'Report on this account alone' },
    sort: { type: 'enum', enum: sorts, default: 'cluster', help: 'Order of the servers' },
    compact: { type: 'bool', default: 'true', negatable: true, help: 'Leave out what all names end in' },
    leaders: { type: 'bool', short: 'l', help: 'Show how many streams and consumers each server leads' },
    ...reportFlags,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: list(
    obj({ server: str, cluster: str, streams: int, consumers: int, messages: int, bytes: int, 'meta?': any }),
  ),
  async run(input, runtime) {
    const { flags } = input;
    await runReport(runtime, { ...flags, limit: input.args.limit }, async (source, filter) => {
      const account = flags.account;
      const detail = account ? { account, streams: true, consumer: true, limit: 10_000 } : {};
      const answers = await source.ask('JSZ', { ...filter, raft: true, ...detail });
      if (answers.length === 0) {
        if (flags.archive) throw fail('not-found', `no JetStream data found in ${flags.archive}`);
        throw noPrivileges('no results received');
      }
      const servers = sortServers(
        answers.map((a) => jsServer(a, account)),
        flags.sort,
        flags.reverse,
      );
      const options = { account, compact: flags.compact, leaders: flags.leaders, filtered: isFiltered(filter) };
      return {
        data: servers.map(({ streamLeaders: _s, consumerLeaders: _c, ...rest }) => rest),
        rows: () =>
          servers.map(({ meta, streamLeaders: _s, consumerLeaders: _c, ...rest }) => ({
            ...rest,
            leader: meta?.leader === rest.server,
          })),
        text: () => reportText(runtime, servers, options),
        answered: answers.map((a) => a.server.name),
      };
    });
  },
});

interface TextOptions {
  readonly account: string | undefined;
  readonly compact: boolean;
  readonly leaders: boolean;
  readonly filtered: boolean;
}

async function reportText(runtime: Runtime, servers: readonly JsServer[], options: TextOptions): Promise<string> {
  let out = `${await tableText(runtime, summaryTable(servers, options.account, options.compact))}\n`;
  const size = Math.max(0, ...servers.map((s) => s.meta?.cluster_size ?? 0));
  const groups = servers.filter((s) => s.meta?.leader === s.server).flatMap((s) => (s.meta ? [s.meta] : []));
  if (!options.filtered && size > 0) {
    if (groups.length === 0) {
      const needed = Math.trunc(size / 2) + 1;
      out += `\nWARNING: No cluster meta leader found. The cluster expects ${size} nodes but only ${servers.length} responded. JetStream operation requires at least ${needed} up nodes.\n`;
    }
    for (const [i, meta] of groups.entries()) {
      out += (i > 0 ? '\n' : '') + (await tableText(runtime, metaTable(meta, options.compact)));
    }
  }
  if (!options.leaders) return out;
  const streams = leadersOf(servers, 'streamLeaders');
  const consumers = leadersOf(servers, 'consumerLeaders');
  if (streams.length === 0 && consumers.length === 0) return `${out}\nNo JetStream asset leader data reported\n`;
  out += `\n${await tableText(runtime, leaderTable(streams, 'Stream Leaders'))}\n`;
  return `${out}${await tableText(runtime, leaderTable(consumers, 'Consumer Leaders'))}\n`;
}
