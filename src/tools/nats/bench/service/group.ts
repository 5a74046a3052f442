import { defineGroup } from '#runtime/command.ts';
import { commonFlags, sleepFlag } from '../flags.ts';

export const group = defineGroup({
  name: 'service',
  help: 'Measure requests and replies',
  flags: { ...sleepFlag, ...commonFlags },
});
