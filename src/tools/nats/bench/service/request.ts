import { defineCommand } from '#runtime/command.ts';
import { contentFlags, rateFlag, subjectArg, throughputFlags } from '../flags.ts';
import { jobOf, makePlan, sleepParameter } from '../prepare.ts';
import { benchOutput, runBench } from '../run.ts';
import { group } from './group.ts';

/** `nats bench service request` */
export const command = defineCommand({
  name: 'request',
  help: 'Ask, and wait for each answer',
  inherits: group.flags,
  args: subjectArg,
  flags: { ...contentFlags, ...throughputFlags, ...rateFlag },
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ args, flags }, runtime) {
    const plan = await makePlan(runtime, 'request', flags, { subject: args.subject });
    const parameters = { subject: plan.subject, sleep: sleepParameter(flags) };
    await runBench(runtime, { ...jobOf(plan, flags, parameters), word: 'Requesting' });
  },
});
