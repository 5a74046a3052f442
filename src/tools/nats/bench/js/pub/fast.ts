import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { batchFlag, publishFlags, subjectArg } from '../../flags.ts';
import { benchOutput } from '../../run.ts';
import { group } from '../group.ts';
import { publishBench } from '../publish.ts';

/** `nats bench js pub fast` */
export const command = defineCommand({
  name: 'fast',
  help: 'Send batches at the pace the stream sets',
  inherits: group.flags,
  args: subjectArg,
  flags: {
    ...batchFlag('Messages between two acknowledgements'),
    'max-outstanding-acks': { type: 'uint', default: '1', help: 'Acknowledgements that may be on their way' },
    ...publishFlags,
  },
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ args, flags }, runtime) {
    const outstanding = Number(flags['max-outstanding-acks']);
    if (outstanding < 1) throw fail('usage', '--max-outstanding-acks must be >= 1');
    if (flags.batch > 65_535) {
      runtime.log(
        `WARNING: --batch ${flags.batch} exceeds the fast publisher flow window maximum of 65535; capping at 65535`,
      );
    }
    const values = { ...flags, batch: Math.min(flags.batch, 65_535) };
    await publishBench(runtime, 'js-pub-fast', args.subject, values, { outstanding });
  },
});
