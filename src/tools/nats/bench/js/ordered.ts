import { defineCommand } from '#runtime/command.ts';
import { batchFlag, consumerFlags, purgeFlag } from '../flags.ts';
import { benchOutput } from '../run.ts';
import { readBench } from './consume-bench.ts';
import { group } from './group.ts';

/** `nats bench js ordered` */
export const command = defineCommand({
  name: 'ordered',
  help: 'Read the stream in order, each client all of it',
  inherits: group.flags,
  flags: { ...batchFlag('Messages asked for at once'), ...purgeFlag, filter: consumerFlags.filter },
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ flags }, runtime) {
    const { filter, purge } = flags;
    const parameters = { purge: String(purge), ...(filter.length > 0 ? { filter: filter.join(',') } : {}) };
    await readBench(runtime, 'js-ordered', flags, parameters, { word: 'Receiving' });
  },
});
