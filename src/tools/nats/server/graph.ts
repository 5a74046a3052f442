import { humanBytes } from '#base/size.ts';
import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { requireTerminal, type Series, watchGraph } from '../jetstream/watch-graph.ts';
import { serverVarz } from './info.ts';

const bytes = (value: number): string => humanBytes(Math.round(value));

/** `nats server graph` */
export const command = defineCommand({
  name: 'graph',
  help: 'Plot what a server does, second by second\n\nNeeds a terminal; "nats server request variables" gives the numbers to scripts.',
  args: { server: { type: 'string', required: true, help: 'Name or id of the server', complete: 'servers' } },
  flags: { jetstream: { type: 'bool', short: 'j', help: 'Plot JetStream' } },
  tags: { scope: 'system', impact: 'ro' },
  output: none,
  async run(input, runtime) {
    requireTerminal(runtime);
    const { server } = input.args;
    const whole = (value: number | bigint | undefined): bigint =>
      BigInt(typeof value === 'number' ? Math.round(value) : (value ?? 0));
    const first = await serverVarz(runtime, server);
    const cpu: Series = { caption: `CPU % Used (normalized for ${first.cores} cores)`, kind: 'value' };
    if (input.flags.jetstream) {
      const series: Series[] = [
        cpu,
        { caption: 'HA Assets', kind: 'value' },
        { caption: 'API Requests / second', kind: 'rate' },
        { caption: 'Pending API Requests', kind: 'value' },
        { caption: 'File Storage', kind: 'value', format: bytes },
        { caption: 'Memory Storage', kind: 'value', format: bytes },
      ];
      await watchGraph(runtime, `JetStream Statistics for ${server}`, series, async () => {
        const { cpu: load, cores, jetstream: js } = await serverVarz(runtime, server);
        const { stats, meta } = js ?? {};
        const facts = [load / cores, stats?.ha_assets, stats?.api.total, meta?.pending, stats?.storage, stats?.memory];
        return facts.map(whole);
      });
      return;
    }
    const series: Series[] = [
      cpu,
      { caption: 'Memory Used', kind: 'value', format: bytes },
      { caption: 'Connections', kind: 'value' },
      { caption: 'Subscriptions', kind: 'value' },
      { caption: 'Messages In+Out / second', kind: 'rate' },
      { caption: 'Bytes In+Out / second', kind: 'rate', format: bytes },
    ];
    await watchGraph(runtime, `Server Statistics for ${server}`, series, async () => {
      const v = await serverVarz(runtime, server);
      const messages = BigInt(v.in_msgs) + BigInt(v.out_msgs);
      const traffic = BigInt(v.in_bytes) + BigInt(v.out_bytes);
      return [v.cpu / v.cores, v.mem, v.connections, v.subscriptions, messages, traffic].map(whole);
    });
  },
});
