import { defineCommand } from '#runtime/command.ts';
import { checkKv } from '../checks/kv.ts';
import { newVerdict } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check kv` */
export const command = defineCommand({
  name: 'kv',
  help: 'Check a key-value bucket: that it is there, how many values it holds, and that a key has one\n\nA critical threshold below the warning one means too few and not too many.',
  flags: {
    bucket: { type: 'string', required: true, help: 'Bucket to check' },
    'values-critical': { type: 'int64', default: '-1', help: 'Critical at so many, or so few, values' },
    'values-warn': { type: 'int64', default: '-1', help: 'Warn at so many, or so few, values' },
    key: { type: 'string', help: 'Key that must have a value' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    const verdict = newVerdict('kv', flags.bucket);
    await checkKv(commandWorld(runtime), verdict, {
      bucket: flags.bucket,
      key: flags.key ?? '',
      values_warning: Number(flags['values-warn']),
      values_critical: Number(flags['values-critical']),
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
