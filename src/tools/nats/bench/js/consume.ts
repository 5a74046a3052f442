import { defineCommand } from '#runtime/command.ts';
import { consumerFlags } from '../flags.ts';
import { benchOutput } from '../run.ts';
import { durableBench } from './consume-bench.ts';
import { group } from './group.ts';

/** `nats bench js consume` */
export const command = defineCommand({
  name: 'consume',
  help: 'Let a durable consumer send messages; clients share its messages\n\nThe run ends early when the consumer has delivered everything: a stream that is drained is not waited for.',
  inherits: group.flags,
  flags: consumerFlags,
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ flags }, runtime) {
    await durableBench(runtime, 'js-consume', flags, 'Consuming');
  },
});
