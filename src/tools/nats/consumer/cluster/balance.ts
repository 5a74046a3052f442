import { arr, int, obj, record, str } from '#cli/schema.ts';
import { consumerStepDown, listConsumers } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { balance, clusterOf, type Led } from '../../jetstream/balance.ts';
import { pickConsumerStream } from '../../jetstream/pick-consumer.ts';
import { setupJetStream } from '../../jetstream/setup.ts';
import { group } from '../group.ts';
import { consumerMatcher, matchFlags } from '../match.ts';

/** `nats consumer cluster balance` */
export const command = defineCommand({
  name: 'balance',
  help: 'Spread the leaders of the consumers of a stream evenly over the servers',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: matchFlags,
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: record({ balanced: int, moves: arr(obj({ name: str, cluster: str, from: str, to: str })) }),
  async run(input, runtime) {
    const { flags, args } = input;
    const matches = consumerMatcher(flags, runtime.clock.now());
    const js = await setupJetStream(runtime);
    const stream = await pickConsumerStream(runtime, js, args.stream, { all: flags.all });
    const led: Led[] = [];
    let found = 0;
    for await (const info of listConsumers(js, stream)) {
      if (!matches(info)) continue;
      found += 1;
      const { name } = info;
      const missing = `consumer ${JSON.stringify(name)} has no cluster info`;
      const cluster = clusterOf(`consumers on ${stream} -`, missing, info.cluster);
      led.push({ name, cluster, stepDown: (p) => consumerStepDown(js, stream, name, p) });
    }
    const moves = found > 0 ? await balance(runtime, js, led, 'consumer') : [];
    const word = runtime.contract.plan ? 'Would balance' : 'Balanced';
    const text = () =>
      found === 0 ? `No consumers on ${stream}\n` : `${word} ${moves.length} consumers on ${stream}\n`;
    await runtime.show({ data: { balanced: moves.length, moves }, text });
  },
});
