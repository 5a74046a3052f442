import { defineCommand } from '#runtime/command.ts';
import { commonFlags, contentFlags, rateFlag, sleepFlag, subjectArg, subjectFlags, throughputFlags } from './flags.ts';
import { jobOf, makePlan, sleepParameter, subjectParameters } from './prepare.ts';
import { benchOutput, runBench } from './run.ts';

/** `nats bench pub` */
export const command = defineCommand({
  name: 'pub',
  help: 'Publish messages\n\nA message counts when the server has taken it. With --rate the messages carry marks that "nats bench sub --marks" reads.',
  args: subjectArg,
  flags: { ...sleepFlag, ...commonFlags, ...contentFlags, ...subjectFlags, ...throughputFlags, ...rateFlag },
  tags: { scope: 'user', impact: 'rw' },
  examples: ['nats bench pub test --msgs 1000000 --size 16', 'nats bench pub test --rate 10000 --duration 10s'],
  output: benchOutput,
  async run({ args, flags }, runtime) {
    const plan = await makePlan(runtime, 'pub', flags, { subject: args.subject });
    const parameters = { ...subjectParameters(plan), sleep: sleepParameter(flags) };
    await runBench(runtime, { ...jobOf(plan, flags, parameters), word: 'Publishing' });
  },
});
