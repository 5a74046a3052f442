import { defineCommand } from '#runtime/command.ts';
import { changeCounter, changeOutput } from './change.ts';

/** `nats counter decrement` */
export const command = defineCommand({
  name: 'decrement',
  aliases: ['decr', 'dec', 'd'],
  help: 'Subtract from a counter and print its new value',
  args: {
    subject: { type: 'string', required: true, help: 'Subject of the counter' },
    value: { type: 'string', required: true, help: 'Number to subtract; a negative one after --' },
  },
  tags: { scope: 'user', impact: 'rw' },
  output: changeOutput,
  async run({ args }, runtime) {
    await changeCounter(runtime, args.subject, args.value, -1n);
  },
});
