import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'errors',
  aliases: ['err', 'error'],
  help: 'Look up the error codes of JetStream',
  flags: { errors: { type: 'existing-file', placeholder: 'FILE', help: 'Read the codes from this errors.json file' } },
});
