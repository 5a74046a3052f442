import { defineCommand } from '#runtime/command.ts';
import { consumerFlags } from '../flags.ts';
import { benchOutput } from '../run.ts';
import { durableBench } from './consume-bench.ts';
import { group } from './group.ts';

/** `nats bench js fetch` */
export const command = defineCommand({
  name: 'fetch',
  help: 'Fetch batches from a durable consumer; clients share its messages\n\nThe run ends early when the consumer has delivered everything: a stream that is drained is not waited for.',
  inherits: group.flags,
  flags: consumerFlags,
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ flags }, runtime) {
    await durableBench(runtime, 'js-fetch', flags, 'Fetching');
  },
});
