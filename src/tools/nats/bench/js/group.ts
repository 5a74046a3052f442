import { defineGroup } from '#runtime/command.ts';
import { commonFlags, streamFlags } from '../flags.ts';

export const group = defineGroup({
  name: 'js',
  help: 'Measure streams and consumers',
  flags: { ...commonFlags, ...streamFlags },
});
