import { defineCommand } from '#runtime/command.ts';
import { multiFlag, subjectArg } from '../flags.ts';
import { benchOutput } from '../run.ts';
import { group } from './group.ts';
import { oldBench } from './old.ts';

/** `nats bench oldjs ordered` */
export const command = defineCommand({
  name: 'ordered',
  help: 'Read a subject of a stream in order, pushed by the server',
  inherits: group.flags,
  args: subjectArg,
  flags: multiFlag,
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ args, flags }, runtime) {
    const multi = flags.multisubject;
    const plan = { kind: 'oldjs-ordered', subject: args.subject, multi } as const;
    await oldBench(runtime, plan, flags, { 'multi-subject': String(multi) }, { word: 'Consuming' });
  },
});
