import { defineCommand } from '#runtime/command.ts';
import { checkJetStream } from '../checks/jetstream.ts';
import { newVerdict, seconds } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check jetstream` */
export const command = defineCommand({
  name: 'jetstream',
  aliases: ['js'],
  help: "Check what the account uses of its JetStream limits, and its streams' replicas",
  flags: {
    'mem-warn': { type: 'int', default: '75', help: 'Warn above this percentage of the memory' },
    'mem-critical': { type: 'int', default: '90', help: 'Critical above this percentage of the memory' },
    'store-warn': { type: 'int', default: '75', help: 'Warn above this percentage of the storage' },
    'store-critical': { type: 'int', default: '90', help: 'Critical above this percentage of the storage' },
    'streams-warn': { type: 'int', default: '-1', help: 'Warn above this percentage of the streams' },
    'streams-critical': { type: 'int', default: '-1', help: 'Critical above this percentage of the streams' },
    'consumers-warn': { type: 'int', default: '-1', help: 'Warn above this percentage of the consumers' },
    'consumers-critical': { type: 'int', default: '-1', help: 'Critical above this percentage of the consumers' },
    replicas: { type: 'bool', default: 'true', negatable: true, help: 'Check the replicas of all streams' },
    'replica-seen-critical': {
      type: 'duration',
      default: '5s',
      help: 'Critical when a replica was not seen for longer',
    },
    'replica-lag-critical': { type: 'uint', default: '200', help: 'Critical when a replica is more operations behind' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    const verdict = newVerdict('jetstream', 'JetStream');
    await checkJetStream(commandWorld(runtime), verdict, {
      memory_warning: flags['mem-warn'],
      memory_critical: flags['mem-critical'],
      file_warning: flags['store-warn'],
      file_critical: flags['store-critical'],
      stream_warning: flags['streams-warn'],
      stream_critical: flags['streams-critical'],
      consumers_warning: flags['consumers-warn'],
      consumers_critical: flags['consumers-critical'],
      check_replicas: flags.replicas,
      replica_seen_critical: seconds(flags['replica-seen-critical']),
      replica_lag_critical: Number(flags['replica-lag-critical']),
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
