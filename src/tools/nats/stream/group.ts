import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'stream',
  aliases: ['str', 'st', 'ms', 's'],
  help: 'Create, inspect and maintain JetStream streams',
  flags: { all: { type: 'bool', short: 'a', help: 'Include streams that hold buckets when streams are listed' } },
});
