import { defineCommand } from '#runtime/command.ts';
import { checkConnection } from '../checks/connection.ts';
import { newVerdict, seconds } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check connection` */
export const command = defineCommand({
  name: 'connection',
  aliases: ['conn'],
  help: 'Connect, ping, send a message and receive it, and time all three',
  flags: {
    'connect-warn': { type: 'duration', default: '500ms', help: 'Warn when connecting takes this long' },
    'connect-critical': { type: 'duration', default: '1s', help: 'Critical when connecting takes this long' },
    'rtt-warn': { type: 'duration', default: '500ms', help: 'Warn when a PING takes this long' },
    'rtt-critical': { type: 'duration', default: '1s', help: 'Critical when a PING takes this long' },
    'req-warn': { type: 'duration', default: '500ms', help: 'Warn when a message takes this long' },
    'req-critical': { type: 'duration', default: '1s', help: 'Critical when a message takes this long' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    const verdict = newVerdict('connections', 'Connection');
    await checkConnection(commandWorld(runtime), verdict, {
      connect_time_warning: seconds(flags['connect-warn']),
      connect_time_critical: seconds(flags['connect-critical']),
      server_rtt_warning: seconds(flags['rtt-warn']),
      server_rtt_critical: seconds(flags['rtt-critical']),
      request_rtt_warning: seconds(flags['req-warn']),
      request_rtt_critical: seconds(flags['req-critical']),
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
