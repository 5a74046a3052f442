import { defineCommand } from '#runtime/command.ts';
import { checkServer } from '../checks/server.ts';
import { newVerdict, seconds } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check server` */
export const command = defineCommand({
  name: 'server',
  help: 'Check one server: what it must have, its uptime, and what it uses\n\nNeeds a login of the system account. For connections and subscriptions a critical threshold below the warning one means too few and not too many.',
  flags: {
    name: { type: 'string', required: true, help: 'Name of the server', complete: 'servers' },
    'cpu-warn': { type: 'int', help: 'Warn at this CPU percentage' },
    'cpu-critical': { type: 'int', help: 'Critical at this CPU percentage' },
    'mem-warn': { type: 'int', help: 'Warn at so many bytes of memory' },
    'mem-critical': { type: 'int', help: 'Critical at so many bytes of memory' },
    'conn-warn': { type: 'int', help: 'Warn at so many, or so few, connections' },
    'conn-critical': { type: 'int', help: 'Critical at so many, or so few, connections' },
    'subs-warn': { type: 'int', help: 'Warn at so many, or so few, subscriptions' },
    'subs-critical': { type: 'int', help: 'Critical at so many, or so few, subscriptions' },
    'uptime-warn': { type: 'duration', help: 'Warn when it is not up for longer' },
    'uptime-critical': { type: 'duration', help: 'Critical when it is not up for longer' },
    'auth-required': { type: 'bool', help: 'It must demand a login' },
    'tls-required': { type: 'bool', help: 'It must demand TLS' },
    'js-required': { type: 'bool', help: 'JetStream must be on' },
    'tls-cert-warn': { type: 'duration', help: 'Warn when a certificate expires within this time' },
    'tls-cert-crit': { type: 'duration', help: 'Critical when a certificate expires within this time' },
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    const verdict = newVerdict('server', flags.name);
    await checkServer(commandWorld(runtime), verdict, {
      name: flags.name,
      cpu_warning: flags['cpu-warn'] ?? 0,
      cpu_critical: flags['cpu-critical'] ?? 0,
      memory_warning: flags['mem-warn'] ?? 0,
      memory_critical: flags['mem-critical'] ?? 0,
      connections_warning: flags['conn-warn'] ?? 0,
      connections_critical: flags['conn-critical'] ?? 0,
      subscriptions_warning: flags['subs-warn'] ?? 0,
      subscriptions_critical: flags['subs-critical'] ?? 0,
      uptime_warning: seconds(flags['uptime-warn']),
      uptime_critical: seconds(flags['uptime-critical']),
      authentication_required: flags['auth-required'],
      tls_required: flags['tls-required'],
      jet_stream_required: flags['js-required'],
      tls_expire_warning: flags['tls-cert-warn'] ?? 0n,
      tls_expire_critical: flags['tls-cert-crit'] ?? 0n,
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
