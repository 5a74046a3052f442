import { defineCommand } from '#runtime/command.ts';
import { publishFlags, rateFlag, subjectArg } from '../../flags.ts';
import { benchOutput } from '../../run.ts';
import { group } from '../group.ts';
import { publishBench } from '../publish.ts';

/** `nats bench js pub sync` */
export const command = defineCommand({
  name: 'sync',
  help: 'Wait for the acknowledgement of each message',
  inherits: group.flags,
  args: subjectArg,
  flags: { ...publishFlags, ...rateFlag },
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ args, flags }, runtime) {
    await publishBench(runtime, 'js-pub-sync', args.subject, flags);
  },
});
