import { arr, int, obj, record, str } from '#cli/schema.ts';
import { listStreams, streamStepDown } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { balance, clusterOf, type Led } from '../../jetstream/balance.ts';
import { setupJetStream } from '../../jetstream/setup.ts';
import { group } from '../group.ts';
import { matchFlags, streamMatcher } from '../match.ts';

/** `nats stream cluster balance` */
export const command = defineCommand({
  name: 'balance',
  help: 'Spread the leaders of streams evenly over the servers',
  flags: matchFlags,
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: record({ balanced: int, moves: arr(obj({ name: str, cluster: str, from: str, to: str })) }),
  async run(input, runtime) {
    const { flags } = input;
    const matches = streamMatcher(flags, (n) => input.isSet(n as never), runtime.clock.now());
    const js = await setupJetStream(runtime);
    const led: Led[] = [];
    let found = 0;
    for await (const info of listStreams(js)) {
      if (!matches(info)) continue;
      found += 1;
      const { name } = info.config;
      const cluster = clusterOf('streams:', `stream ${JSON.stringify(name)} has no cluster information`, info.cluster);
      led.push({ name, cluster, stepDown: (p) => streamStepDown(js, name, p) });
    }
    const moves = found > 0 ? await balance(runtime, js, led, 'stream') : [];
    const word = runtime.contract.plan ? 'Would balance' : 'Balanced';
    const text = () => (found === 0 ? '' : `${word} ${moves.length} streams.\n`);
    await runtime.show({ data: { balanced: moves.length, moves }, text });
  },
});
