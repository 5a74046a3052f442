import { human } from '#base/human.ts';
import { defineCommand } from '#runtime/command.ts';
import { batchFlag } from '../../flags.ts';
import { benchOutput } from '../../run.ts';
import { readBench } from '../consume-bench.ts';
import { group } from '../group.ts';

/** `nats bench js get batch` */
export const command = defineCommand({
  name: 'batch',
  help: 'Get many messages with one question',
  inherits: group.flags,
  flags: {
    ...batchFlag('Messages asked for at once'),
    filter: { type: 'string', default: '>', help: 'Only messages of this subject' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: benchOutput,
  async run({ flags }, runtime) {
    const parameters = { batch: human(flags.batch), filter: flags.filter };
    await readBench(runtime, 'js-get-batch', flags, parameters, { word: 'Getting' });
  },
});
