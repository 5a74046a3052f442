import { comma, commaFloat, humanBytes } from '#base/size.ts';
import type { Traffic } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { type Keys, statisticsOutput, watchStatistics } from './statistics.ts';

const sorts = [
  'conns',
  'cpu',
  'gway',
  'mem',
  'name',
  'recvb',
  'recvm',
  'route',
  'sentb',
  'sentm',
  'slow',
  'subs',
] as const;
const keys: Keys = {
  conns: ['Connections', (s) => s.statsz.connections],
  cpu: ['CPU', (s) => s.statsz.cpu],
  gway: ['Gateways', (s) => s.statsz.gateways?.length ?? 0],
  mem: ['Memory', (s) => s.statsz.mem],
  name: ['Server Name', () => 0],
  recvb: ['Received Bytes', (s) => s.statsz.received.bytes],
  recvm: ['Received Messages', (s) => s.statsz.received.msgs],
  route: ['Routes', (s) => s.statsz.routes?.length ?? 0],
  sentb: ['Sent Bytes', (s) => s.statsz.sent.bytes],
  sentm: ['Sent Messages', (s) => s.statsz.sent.msgs],
  slow: ['Slow Consumers', (s) => s.statsz.slow_consumers],
  subs: ['Subscriptions', (s) => s.statsz.subscriptions],
};

const traffic = ({ msgs, bytes }: Traffic): string => `${comma(msgs)} / ${humanBytes(bytes)}`;

/** `nats server watch servers` */
export const command = defineCommand({
  name: 'servers',
  aliases: ['server', 'srv'],
  help: 'Watch what servers do\n\nServers send their statistics every 30 seconds: this is no view of one moment.',
  flags: {
    sort: { type: 'enum', enum: sorts, default: 'conns', help: 'Order of the servers' },
    number: { type: 'int', short: 'n', default: '0', help: 'Show so many' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: statisticsOutput,
  run: ({ flags }, runtime) =>
    watchStatistics(runtime, {
      sort: keys[flags.sort],
      number: flags.number,
      table: (shown, sum) => {
        const total = (way: 'sent' | 'received') =>
          traffic({ msgs: sum((s) => s.statsz[way].msgs), bytes: sum((s) => s.statsz[way].bytes) });
        return {
          headers: [
            ...['Server', 'Connections', 'Subscription', 'Slow', 'Memory', 'CPU', 'Cores', 'Routes', 'Gateways'],
            ...['Sent', 'Received'],
          ],
          rows: shown.map(({ server, statsz: s }) => [
            server.name,
            comma(s.connections),
            comma(s.subscriptions),
            comma(s.slow_consumers),
            humanBytes(s.mem),
            commaFloat(s.cpu, 3),
            comma(s.cores),
            comma(s.routes?.length ?? 0),
            comma(s.gateways?.length ?? 0),
            traffic(s.sent),
            traffic(s.received),
          ]),
          footer: [
            'Totals (All Servers)',
            comma(sum((s) => s.statsz.connections)),
            comma(sum((s) => s.statsz.subscriptions)),
            comma(sum((s) => s.statsz.slow_consumers)),
            humanBytes(sum((s) => s.statsz.mem)),
            ...['', '', '', ''],
            total('sent'),
            total('received'),
          ],
        };
      },
    }),
});
