import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'generate',
  help: 'Make creds, activation tokens, server configurations, contexts, diagrams, keys and profiles',
});
