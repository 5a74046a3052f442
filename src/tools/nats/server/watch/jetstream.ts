import { humanDuration } from '#base/duration.ts';
import { comma, humanBytes } from '#base/size.ts';
import { isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import type { JetStreamUsage, MetaGroup, StatsAnswer } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { type Keys, statisticsOutput, watchStatistics } from './statistics.ts';

const usage = (s: StatsAnswer): JetStreamUsage | undefined => s.statsz.jetstream?.stats;
const keys: Keys = {
  api: ['API Requests', (s) => usage(s)?.api.total ?? 0],
  assets: ['HA Asset', (s) => usage(s)?.ha_assets ?? 0],
  file: ['File Storage', (s) => usage(s)?.storage ?? 0],
  mem: ['Memory Used', (s) => usage(s)?.memory ?? 0],
};

function pendingText(all: number, infos: number, requests: number): string {
  return comma(all) + (infos > 0 ? ` / ${comma(infos)} info` : '') + (requests > 0 ? ` / ${comma(requests)} req` : '');
}

function snapshotText(meta: MetaGroup | undefined, now: bigint): string {
  const at = tryParseRfc3339(meta?.snapshot?.last_time ?? '');
  if (at === undefined || isZeroTime(at)) return '';
  return `${humanDuration(now - at)} ago (${humanDuration(BigInt(meta?.snapshot?.last_duration ?? 0))})`;
}

/** `nats server watch jetstream` */
export const command = defineCommand({
  name: 'jetstream',
  aliases: ['js', 'jsz'],
  help: 'Watch JetStream on all servers\n\nServers send their statistics every 30 seconds: this is no view of one moment.',
  flags: {
    sort: { type: 'enum', enum: ['api', 'assets', 'file', 'mem'], default: 'assets', help: 'Order of the servers' },
    number: { type: 'int', short: 'n', default: '0', help: 'Show so many' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: statisticsOutput,
  run: ({ flags }, runtime) =>
    watchStatistics(runtime, {
      sort: keys[flags.sort],
      number: flags.number,
      belongs: (s) => s.statsz.jetstream !== undefined,
      table: (shown, sum) => {
        const now = runtime.clock.now();
        const pending = (pick: (meta: MetaGroup) => number | undefined) =>
          Number(sum((s) => (s.statsz.jetstream?.meta ? (pick(s.statsz.jetstream.meta) ?? 0) : 0)));
        return {
          headers: ['Server', 'HA Assets', 'Memory', 'File', 'API', 'API Errors', 'Pending', 'Snapshot Time'],
          rows: shown.map((s) => {
            const [own, meta] = [usage(s), s.statsz.jetstream?.meta];
            const isLeader = meta?.leader === s.server.name;
            return [
              `${s.server.name}${isLeader ? '*' : ''}`,
              comma(own?.ha_assets ?? 0),
              humanBytes(own?.memory ?? 0),
              humanBytes(own?.storage ?? 0),
              comma(own?.api.total ?? 0),
              comma(own?.api.errors ?? 0),
              pendingText(meta?.pending ?? 0, meta?.pending_infos ?? 0, meta?.pending_requests ?? 0),
              isLeader ? snapshotText(meta, now) : '',
            ];
          }),
          footer: [
            `Totals (${shown.length} Servers)`,
            comma(sum((s) => usage(s)?.ha_assets ?? 0)),
            humanBytes(sum((s) => usage(s)?.memory ?? 0)),
            humanBytes(sum((s) => usage(s)?.storage ?? 0)),
            comma(sum((s) => usage(s)?.api.total ?? 0)),
            comma(sum((s) => usage(s)?.api.errors ?? 0)),
            pendingText(
              pending((m) => m.pending),
              pending((m) => m.pending_infos),
              pending((m) => m.pending_requests),
            ),
          ],
        };
      },
    }),
});
