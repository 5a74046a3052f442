import { defineCommand } from '#runtime/command.ts';
import { checkCredential } from '../checks/credential.ts';
import { newVerdict, seconds } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check credential` */
export const command = defineCommand({
  name: 'credential',
  help: 'Check how long a credentials file is still good for',
  flags: {
    credential: { type: 'string', required: true, help: 'Credentials file' },
    'validity-warn': { type: 'duration', help: 'Warn when it expires sooner' },
    'validity-critical': { type: 'duration', help: 'Critical when it expires sooner' },
    'require-expiry': { type: 'bool', default: 'true', negatable: true, help: 'It must expire at all' },
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    const verdict = newVerdict('credential', 'Credential');
    await checkCredential(commandWorld(runtime), verdict, {
      file: flags.credential,
      validity_warning: seconds(flags['validity-warn']),
      validity_critical: seconds(flags['validity-critical']),
      requires_expiry: flags['require-expiry'],
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
