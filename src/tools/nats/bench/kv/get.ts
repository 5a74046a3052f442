import { human } from '#base/human.ts';
import { defineCommand } from '#runtime/command.ts';
import { rateFlag } from '../flags.ts';
import { jobOf, makePlan, sleepParameter } from '../prepare.ts';
import { benchOutput, runBench } from '../run.ts';
import { group } from './group.ts';

/** `nats bench kv get` */
export const command = defineCommand({
  name: 'get',
  help: 'Get the values that "nats bench kv put" stored',
  inherits: group.flags,
  flags: {
    randomize: { type: 'int', default: '0', help: 'Draw keys below this number at random; 0: one after the other' },
    ...rateFlag,
  },
  tags: { scope: 'user', impact: 'ro' },
  output: benchOutput,
  async run({ flags }, runtime) {
    const { bucket, randomize } = flags;
    const plan = await makePlan(runtime, 'kv-get', flags, { stream: bucket, randomize });
    const parameters = { bucket, sleep: sleepParameter(flags), randomize: human(randomize) };
    await runBench(runtime, { ...jobOf(plan, flags, parameters), word: 'Getting' });
  },
});
