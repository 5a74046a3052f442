import { defineCommand } from '#runtime/command.ts';
import { subjectArg } from '../flags.ts';
import { jobOf, makePlan, sleepParameter } from '../prepare.ts';
import { benchOutput, runBench } from '../run.ts';
import { group } from './group.ts';

/** `nats bench service serve` */
export const command = defineCommand({
  name: 'serve',
  help: 'Answer the requests of "nats bench service request" until Ctrl-C',
  inherits: group.flags,
  args: subjectArg,
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ args, flags }, runtime) {
    const plan = await makePlan(runtime, 'serve', flags, { subject: args.subject });
    const parameters = { subject: plan.subject, sleep: sleepParameter(flags) };
    await runBench(runtime, { ...jobOf(plan, flags, parameters), bars: false, word: 'Serving' });
  },
});
