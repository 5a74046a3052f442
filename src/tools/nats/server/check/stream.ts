import { defineCommand } from '#runtime/command.ts';
import { checkStream } from '../checks/stream.ts';
import { newVerdict, seconds } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check stream` */
export const command = defineCommand({
  name: 'stream',
  help: 'Check a stream: messages, subjects, sources, mirror and replicas\n\nThe metadata of the stream can hold thresholds, under the names of the flags after io.nats.monitor. as in io.nats.monitor.lag-critical: 200. They win over the flags.',
  flags: {
    stream: { type: 'string', required: true, help: 'Stream to check', complete: 'streams' },
    'lag-critical': {
      type: 'uint',
      placeholder: 'MSGS',
      help: 'Critical when a source or the mirror is so far behind',
    },
    'seen-critical': {
      type: 'duration',
      placeholder: 'DURATION',
      help: 'Critical when a source or the mirror was not seen for so long',
    },
    'min-sources': { type: 'int', placeholder: 'SOURCES', help: 'Critical with fewer sources' },
    'max-sources': { type: 'int', placeholder: 'SOURCES', help: 'Critical with more sources' },
    'peer-expect': { type: 'int', placeholder: 'SERVERS', help: 'Critical unless it has so many replicas' },
    'peer-lag-critical': { type: 'uint', placeholder: 'OPS', help: 'Critical when a replica is so far behind' },
    'peer-seen-critical': {
      type: 'duration',
      placeholder: 'DURATION',
      help: 'Critical when a replica was not seen for so long',
    },
    'msgs-warn': { type: 'uint', placeholder: 'MSGS', help: 'Warn at so many messages or fewer' },
    'msgs-critical': { type: 'uint', placeholder: 'MSGS', help: 'Critical at so many messages or fewer' },
    'subjects-warn': {
      type: 'int',
      placeholder: 'SUBJECTS',
      help: 'Warn at so many subjects; at so few, when critical is not above it',
    },
    'subjects-critical': { type: 'int', placeholder: 'SUBJECTS', help: 'Critical at so many, or so few, subjects' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    const verdict = newVerdict('stream', flags.stream);
    await checkStream(commandWorld(runtime), verdict, flags.stream, {
      sources_lag_critical: Number(flags['lag-critical'] ?? 0),
      sources_seen_critical: seconds(flags['seen-critical']),
      min_sources: flags['min-sources'] ?? 0,
      max_sources: flags['max-sources'] ?? 0,
      cluster_expected_peers: flags['peer-expect'] ?? 0,
      cluster_lag_critical: Number(flags['peer-lag-critical'] ?? 0),
      cluster_seen_critical: seconds(flags['peer-seen-critical']),
      messages_warn: Number(flags['msgs-warn'] ?? 0),
      messages_critical: Number(flags['msgs-critical'] ?? 0),
      subjects_warn: flags['subjects-warn'] ?? 0,
      subjects_critical: flags['subjects-critical'] ?? 0,
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
