import { defineCommand } from '#runtime/command.ts';
import { batchFlag, publishFlags, subjectArg } from '../../flags.ts';
import { benchOutput } from '../../run.ts';
import { group } from '../group.ts';
import { publishBench } from '../publish.ts';

/** `nats bench js pub async` */
export const command = defineCommand({
  name: 'async',
  help: 'Send batches and wait for their acknowledgements',
  inherits: group.flags,
  args: subjectArg,
  flags: { ...batchFlag('Messages sent before their acknowledgements are awaited'), ...publishFlags },
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ args, flags }, runtime) {
    await publishBench(runtime, 'js-pub-async', args.subject, flags);
  },
});
