import { fail } from '#base/errors.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { askServices, type ServiceInfo } from '#client/service.ts';
import { defineCommand } from '#runtime/command.ts';
import { bodyFlags, templateHelp } from '../messaging/flags.ts';
import { shownFlags } from '../messaging/shown.ts';
import { command as requestCommand } from '../request.ts';
import { timeoutOf } from './list.ts';

const flags = {
  header: { type: 'string', short: 'H', cumulative: true, help: 'Header to add, Name:value' },
  raw: { type: 'bool', short: 'r', help: 'Show the bodies of the replies and nothing else' },
  count: { type: 'int', default: '1', help: 'How many requests to send' },
  translate: { type: 'string', help: 'Show what this command makes of the body' },
  templates: bodyFlags.templates,
  'force-stdin': bodyFlags['force-stdin'],
  'send-on': bodyFlags['send-on'],
  ...shownFlags,
} as const satisfies FlagSpecs;

/** `nats service request`: finds the subject of an endpoint and asks it as `nats request` does. */
export const command = defineCommand({
  name: 'request',
  aliases: ['req'],
  help: `Send requests to an endpoint of a service\n\n${templateHelp}`,
  args: {
    service: { type: 'string', required: true, help: 'Name of the service', complete: 'services' },
    endpoint: { type: 'string', required: true, help: 'Name of the endpoint' },
    payload: { type: 'string', help: 'Body of the request; without it standard input is read' },
  },
  flags,
  tags: { scope: 'user', impact: 'rw' },
  output: requestCommand.spec.output,
  async run(input, runtime) {
    const { service, endpoint, payload } = input.args;
    const connection = await runtime.connect();
    const one = { timeout: timeoutOf(runtime), wait: 1 };
    const [info] = await askServices<ServiceInfo>(connection, 'INFO', service, '', one);
    if (!info) throw fail('not-found', `no instances of service ${JSON.stringify(service)} found`);
    const asked = {
      args: { subject: subjectOf(info, endpoint), body: payload },
      flags: { ...input.flags, wait: true, replies: 1, 'reply-timeout': 300_000_000n, 'wait-for-empty': false },
      isSet: (name: string) => input.isSet(name === 'body' ? 'payload' : (name as 'raw')),
      path: input.path,
    };
    await requestCommand.run(asked as never, runtime);
  },
});

function subjectOf(info: ServiceInfo, name: string): string {
  const found = info.endpoints.find((e) => e.name === name);
  if (found) return found.subject;
  const quoted = JSON.stringify(name);
  if (info.endpoints.length === 0) throw fail('not-found', `service ${JSON.stringify(info.name)} has no endpoints`);
  const available = info.endpoints.map((e) => e.name).join(', ');
  throw fail('not-found', `service ${JSON.stringify(info.name)} has no endpoint ${quoted} (available: ${available})`);
}
