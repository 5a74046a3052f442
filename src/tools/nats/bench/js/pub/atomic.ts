import { defineCommand } from '#runtime/command.ts';
import { batchFlag, publishFlags, subjectArg } from '../../flags.ts';
import { benchOutput } from '../../run.ts';
import { group } from '../group.ts';
import { publishBench } from '../publish.ts';

/** `nats bench js pub atomic` */
export const command = defineCommand({
  name: 'atomic',
  aliases: ['batch'],
  help: 'Send batches that are stored completely or not at all',
  inherits: group.flags,
  args: subjectArg,
  flags: { ...batchFlag('Messages of a batch'), ...publishFlags },
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ args, flags }, runtime) {
    await publishBench(runtime, 'js-pub-atomic', args.subject, flags);
  },
});
