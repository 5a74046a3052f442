import { defineGroup } from '#runtime/command.ts';
import { commonFlags, streamFlags } from '../flags.ts';

export const group = defineGroup({
  name: 'oldjs',
  help: 'Measure consumers as older clients use them',
  hidden: true,
  flags: { ...commonFlags, ...streamFlags },
});
