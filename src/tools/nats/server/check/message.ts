import { goRegExp } from '#base/regex.ts';
import { defineCommand } from '#runtime/command.ts';
import { checkMessage } from '../checks/message.ts';
import { newVerdict, seconds } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check message` */
export const command = defineCommand({
  name: 'message',
  help: 'Check the last message of a subject in a stream: its age and its body',
  flags: {
    stream: { type: 'string', required: true, help: 'Stream that holds the message', complete: 'streams' },
    subject: { type: 'string', default: '>', help: 'Subject of the message' },
    'age-warn': { type: 'duration', placeholder: 'DURATION', help: 'Warn when it is older' },
    'age-critical': { type: 'duration', placeholder: 'DURATION', help: 'Critical when it is older' },
    content: { type: 'string', default: '.', help: 'Regular expression its body must match' },
    'body-timestamp': { type: 'bool', help: 'The body is its time, in unix seconds' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    // A wrong expression is a wrong command line, not a finding.
    goRegExp(flags.content);
    const verdict = newVerdict('message', 'Stream Message');
    await checkMessage(commandWorld(runtime), verdict, {
      stream_name: flags.stream,
      subject: flags.subject,
      age_warning: seconds(flags['age-warn']),
      age_critical: seconds(flags['age-critical']),
      content_regex: flags.content,
      body_as_timestamp: flags['body-timestamp'],
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
