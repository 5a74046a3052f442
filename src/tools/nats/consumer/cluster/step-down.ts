import { consumerInfo, consumerStepDown } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { requireLevel } from '../../jetstream/level.ts';
import { pickConsumer } from '../../jetstream/pick-consumer.ts';
import { setupJetStream } from '../../jetstream/setup.ts';
import { leaderOf, stepDown } from '../../jetstream/step-down.ts';
import { group } from '../group.ts';
import { consumerInfoOutput, showConsumer } from '../show.ts';

/** `nats consumer cluster step-down` */
export const command = defineCommand({
  name: 'step-down',
  aliases: ['elect', 'down', 'd'],
  help: 'Make the leader of a consumer hand over to another server',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
  },
  flags: {
    preferred: { type: 'string', help: 'Server that should lead' },
    force: { type: 'bool', short: 'f', help: 'Ask even when nobody leads' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: consumerInfoOutput,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const options = { all: flags.all, noSelect: flags.force };
    const { stream, name, info } = await pickConsumer(runtime, js, args.stream, args.consumer, options);
    const what = `consumer ${JSON.stringify(stream)} > ${JSON.stringify(name)}`;
    const leader = leaderOf(info.cluster, what, flags.force);
    const placement = flags.preferred ? { preferred: flags.preferred } : undefined;
    if (placement) await requireLevel(js, 1, 'placement hints during step-down requires NATS Server 2.11');
    if (runtime.contract.plan) return showConsumer(runtime, info, { lead: `would ask ${leader} to step down\n\n` });
    const peers = (info.cluster?.replicas?.length ?? 0) + 1;
    runtime.log(`Requesting leader step down of ${JSON.stringify(leader)} in a ${peers} peer RAFT group`);
    await stepDown(runtime, {
      what,
      leader,
      tries: 10,
      ask: () => consumerStepDown(js, stream, name, placement),
      cluster: async () => (await consumerInfo(js, stream, name)).cluster,
    });
    await showConsumer(runtime, await consumerInfo(js, stream, name), { lead: '\n' });
  },
});
