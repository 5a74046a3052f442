import { defineCommand } from '#runtime/command.ts';
import { checkMeta } from '../checks/meta.ts';
import { newVerdict, seconds } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check meta` */
export const command = defineCommand({
  name: 'meta',
  aliases: ['raft'],
  help: 'Check the meta group of a JetStream cluster\n\nNeeds a login of the system account.',
  flags: {
    expect: { type: 'int', placeholder: 'SERVERS', required: true, help: 'Critical unless it has so many servers' },
    'lag-critical': {
      type: 'uint',
      placeholder: 'OPS',
      required: true,
      help: 'Critical when a peer is further behind',
    },
    'seen-critical': {
      type: 'duration',
      placeholder: 'DURATION',
      required: true,
      help: 'Critical when a peer was not seen for longer',
    },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    const verdict = newVerdict('meta', 'JetStream Meta Cluster');
    await checkMeta(commandWorld(runtime), verdict, {
      expect_servers: flags.expect,
      lag_critical: Number(flags['lag-critical']),
      seen_critical: seconds(flags['seen-critical']),
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
