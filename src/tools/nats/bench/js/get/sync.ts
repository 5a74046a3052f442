import { defineCommand } from '#runtime/command.ts';
import { rateFlag } from '../../flags.ts';
import { benchOutput } from '../../run.ts';
import { readBench } from '../consume-bench.ts';
import { group } from '../group.ts';

/** `nats bench js get sync` */
export const command = defineCommand({
  name: 'sync',
  help: 'Get one message after the other',
  inherits: group.flags,
  flags: rateFlag,
  tags: { scope: 'user', impact: 'ro' },
  output: benchOutput,
  async run({ flags }, runtime) {
    await readBench(runtime, 'js-get-sync', flags, {}, { word: 'Getting' });
  },
});
