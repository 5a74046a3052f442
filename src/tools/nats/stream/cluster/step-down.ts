import { streamInfo, streamStepDown } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { requireLevel } from '../../jetstream/level.ts';
import { pickStream } from '../../jetstream/pick.ts';
import { setupJetStream } from '../../jetstream/setup.ts';
import { leaderOf, stepDown } from '../../jetstream/step-down.ts';
import { group } from '../group.ts';
import { showStream, streamInfoOutput } from '../info.ts';

/** `nats stream cluster step-down` */
export const command = defineCommand({
  name: 'step-down',
  aliases: ['stepdown', 'sd', 'elect', 'down', 'd'],
  help: 'Make the leader of a stream hand over to another server',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: {
    preferred: { type: 'string', help: 'Server that should lead' },
    force: { type: 'bool', short: 'f', help: 'Ask even when nobody leads' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: streamInfoOutput,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const { name, info } = await pickStream(runtime, js, args.stream, { all: flags.all, noSelect: flags.force });
    const what = `stream ${JSON.stringify(name)}`;
    const leader = leaderOf(info.cluster, what, flags.force);
    const placement = flags.preferred ? { preferred: flags.preferred } : undefined;
    if (placement) await requireLevel(js, 1, 'placement hints during step-down requires NATS Server 2.11');
    if (runtime.contract.plan) return showStream(runtime, info, { lead: `would ask ${leader} to step down\n\n` });
    const peers = (info.cluster?.replicas?.length ?? 0) + 1;
    const asked = `${JSON.stringify(leader)} for ${what} in a ${peers} peer cluster group`;
    runtime.log(`Requesting leader step down of ${asked}`);
    await stepDown(runtime, {
      what,
      leader,
      tries: 10,
      ask: () => streamStepDown(js, name, placement),
      cluster: async () => (await streamInfo(js, name)).cluster,
    });
    await showStream(runtime, await streamInfo(js, name), { lead: '\n' });
  },
});
