import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'consumer',
  aliases: ['con', 'obs', 'c'],
  help: 'Create, inspect and use JetStream consumers',
  flags: { all: { type: 'bool', short: 'a', help: 'Include streams that hold buckets when streams are listed' } },
});
