import { formatDuration } from '#base/duration.ts';
import { during, fail } from '#base/errors.ts';
import { comma } from '#base/size.ts';
import { tryParseRfc3339 } from '#base/time.ts';
import { int, record } from '#cli/schema.ts';
import type { LiveSource } from '#client/system/source.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { openLive } from '../source.ts';

/** `nats server cluster balance` */
export const command = defineCommand({
  name: 'balance',
  help: 'Spread connections evenly over the servers, by disconnecting some\n\nClients reconnect by themselves; what they were doing may be interrupted.',
  args: { duration: { type: 'duration', default: '2m', help: 'Time to spread the disconnects over' } },
  flags: {
    'server-name': {
      type: 'string',
      placeholder: 'NAME',
      help: 'Only connections of this server',
      complete: 'servers',
    },
    cluster: { type: 'string', placeholder: 'NAME', help: 'Only servers of this cluster' },
    idle: { type: 'duration', placeholder: 'DURATION', help: 'Only connections idle for longer' },
    account: { type: 'string', help: 'Only connections of this account' },
    subject: { type: 'string', help: 'Only connections with a subscription that matches; needs --account' },
    kind: {
      type: 'enum',
      enum: ['Client', 'Leafnode'],
      default: 'Client',
      cumulative: true,
      help: 'Only such connections',
    },
    force: { type: 'bool', short: 'f', help: 'Do not ask' },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: record({ servers: int, matched: int, selected: int, balanced: int }),
  async run(input, runtime) {
    const { flags } = input;
    if (flags.subject && !flags.account) throw fail('usage', 'can only filter by subject if account is given');
    const source = await openLive(runtime);
    await source.activeServers().catch(during('$SYS.REQ.SERVER.PING.VARZ'));
    if (!flags.force && !runtime.contract.plan) {
      await warn(source, runtime, flags.cluster === undefined);
      const prompts = await runtime.prompts();
      if (!(await prompts.confirm({ message: 'Really re-balance connections', flag: '--force' }))) {
        throw fail('error', 'balance canceled');
      }
    }
    const answers = await source.ask('CONNZ', {
      ...(flags['server-name'] ? { server_name: flags['server-name'], exact_match: true } : {}),
      ...(flags.cluster ? { cluster: flags.cluster, exact_match: true } : {}),
      ...(flags.account ? { acc: flags.account } : {}),
      ...(flags.subject ? { filter_subject: flags.subject } : {}),
      subscriptions: flags.subject !== undefined,
      limit: 100_000,
    });
    const now = runtime.clock.now();
    const kinds: readonly string[] = flags.kind ?? ['Client'];
    const servers = answers.map(({ server, data }) => ({
      server,
      conns: (data?.connections ?? []).filter((c) => {
        const idle = now - (tryParseRfc3339(c.last_activity) ?? now);
        return kinds.includes(c.kind) && (!flags.idle || idle > flags.idle);
      }),
    }));
    const matched = servers.reduce((n, s) => n + s.conns.length, 0);
    const target = Math.ceil(matched / Math.max(1, servers.length));
    if (matched > 0) {
      runtime.log(`Connection distribution across ${servers.length} servers (target: ${target} per server):`);
      for (const { server, conns } of servers) {
        const offset = conns.length - target;
        if (conns.length === 0) continue;
        const signed = `${offset < 0 ? '' : '+'}${offset}`;
        runtime.log(`  Server '${server.name}': ${conns.length} connections (offset: ${signed})`);
      }
    }
    const own = String(source.connection.info.client_id ?? '');
    const ownServer = source.connection.info.server_id;
    const selected = servers.flatMap(({ server, conns }) =>
      conns
        .filter((c) => server.id !== ownServer || String(c.cid) !== own)
        .slice(0, Math.max(0, conns.length - target))
        .map((conn) => ({ server, conn })),
    );
    let balanced = 0;
    if (!runtime.contract.plan && selected.length > 0) {
      const pause = input.args.duration / BigInt(selected.length);
      const between = formatDuration(pause);
      runtime.log(`Balancing ${selected.length} connections with ${between} sleep between each balance request`);
      for (const [i, { server, conn }] of selected.entries()) {
        const answer = await source.askOne(server.id, 'KICK', { cid: conn.cid });
        if (answer && !answer.error) {
          balanced += 1;
          const name = conn.name ? ` (${conn.name})` : '';
          const account = conn.account ? ` in account ${conn.account}` : '';
          runtime.log(`Balanced client ${conn.cid}${name}${account} on ${server.name}`);
        } else runtime.log(`Could not kick ${conn.cid} on ${server.id}: ${answer?.error?.description ?? 'no answer'}`);
        if (i < selected.length - 1) await runtime.clock.sleep(Number(pause / 1_000_000n), runtime.signal);
      }
    }
    const text = () =>
      runtime.contract.plan
        ? `Would balance ${selected.length} connections\n`
        : `\nBalanced ${comma(balanced)} connections\n`;
    await runtime.show({ data: { servers: servers.length, matched, selected: selected.length, balanced }, text });
  },
});

/** Says what will happen to clients, and to how many clusters when none was named. */
async function warn(source: LiveSource, runtime: Runtime, allClusters: boolean): Promise<void> {
  runtime.out.line('Clients will be disconnected, whatever they are doing.\n');
  runtime.out.line('They reconnect by themselves, but work in flight can be interrupted.\n');
  if (allClusters) {
    const clusters = new Set((await source.ask('VARZ')).map(({ server }) => server.cluster ?? ''));
    if (clusters.size > 1)
      runtime.out.line(`WARNING: Balancing ${clusters.size} clusters, pass --cluster to balance a specific cluster`);
  }
  await runtime.out.flush();
}
