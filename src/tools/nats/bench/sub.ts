import { defineCommand } from '#runtime/command.ts';
import { commonFlags, multiFlag, subjectArg } from './flags.ts';
import { jobOf, makePlan } from './prepare.ts';
import { benchOutput, runBench } from './run.ts';

/** `nats bench sub` */
export const command = defineCommand({
  name: 'sub',
  help: 'Receive messages\n\nThe time runs from the first message to the last one.',
  args: subjectArg,
  flags: {
    ...multiFlag,
    ...commonFlags,
    marks: {
      type: 'bool',
      ours: true,
      help: 'Read the marks of "nats bench pub --rate": latency from the intended send time, lost and duplicate messages, gaps',
    },
  },
  tags: { scope: 'user', impact: 'rw' },
  examples: ['nats bench sub test', 'nats bench sub test --marks --msgs 100000'],
  output: benchOutput,
  async run({ args, flags }, runtime) {
    const plan = await makePlan(runtime, 'sub', flags, { subject: args.subject, marks: flags.marks });
    const parameters = {
      subject: plan.multi ? `${plan.subject}.*` : plan.subject,
      'multi-subject': String(plan.multi),
    };
    await runBench(runtime, { ...jobOf(plan, flags, parameters), word: 'Receiving' });
  },
});
