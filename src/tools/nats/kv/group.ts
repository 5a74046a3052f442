import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'kv',
  help: 'Keep values under keys in JetStream buckets\n\nA bucket keeps the last values of every key, for ever or for as long as its TTL says. Deleted keys leave a marker.',
});
