import { goRegExp } from '#base/regex.ts';
import { defineCommand } from '#runtime/command.ts';
import { checkRequest } from '../checks/request.ts';
import { newVerdict, seconds } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check request` */
export const command = defineCommand({
  name: 'request',
  aliases: ['req'],
  help: 'Send a request to a service, and check the answer and its time',
  flags: {
    subject: { type: 'string', required: true, help: 'Subject of the request' },
    payload: { type: 'string', help: 'Body of the request' },
    headers: { type: 'key=value', cumulative: true, help: 'Headers of the request' },
    'match-payload': { type: 'string', help: 'Regular expression the answer must match' },
    'match-headers': { type: 'key=value', cumulative: true, help: 'Headers the answer must have' },
    'response-critical': { type: 'duration', help: 'Critical when the answer takes longer' },
    'response-warn': { type: 'duration', help: 'Warn when the answer takes longer' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    // A wrong expression is a wrong command line, not a finding.
    goRegExp(flags['match-payload'] ?? '');
    const verdict = newVerdict('request', flags.subject);
    await checkRequest(commandWorld(runtime), verdict, {
      subject: flags.subject,
      payload: flags.payload ?? '',
      header: Object.fromEntries(flags.headers ?? []),
      headers: Object.fromEntries(flags['match-headers'] ?? []),
      response_match: flags['match-payload'] ?? '',
      response_time_warn: seconds(flags['response-warn']),
      response_time_crit: seconds(flags['response-critical']),
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
