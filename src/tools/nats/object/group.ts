import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'object',
  aliases: ['obj'],
  help: 'Keep files of any size in JetStream buckets\n\nObjects are stored in chunks with a SHA-256 digest, for ever or for as long as the TTL of the bucket says.',
});
