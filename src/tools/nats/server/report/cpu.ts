import { defineCommand } from '#runtime/command.ts';
import { limitArg, reportFlags } from '../flags.ts';
import { group } from './group.ts';
import { reportUsage, usageOutput } from './usage.ts';

/** `nats server report cpu` */
export const command = defineCommand({
  name: 'cpu',
  help: 'CPU each server uses',
  args: limitArg,
  flags: { ...reportFlags, json: { type: 'bool', short: 'j', help: 'Print server and value as a JSON object' } },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: usageOutput,
  run: (input, runtime) => reportUsage(runtime, { ...input.flags, limit: input.args.limit }, 'cpu'),
});
