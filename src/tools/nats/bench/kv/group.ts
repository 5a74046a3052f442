import { defineGroup } from '#runtime/command.ts';
import { commonFlags, sleepFlag } from '../flags.ts';

export const group = defineGroup({
  name: 'kv',
  help: 'Measure key-value buckets',
  flags: {
    ...commonFlags,
    bucket: { type: 'string', default: 'benchbucket', help: 'Bucket to use', complete: 'kv-buckets' },
    ...sleepFlag,
  },
});
