import { humanDuration } from '#base/duration.ts';
import { BoxError, during, fail } from '#base/errors.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import { visible } from '#base/visible.ts';
import { int, record, str, time } from '#cli/schema.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { getMessage, type StoredMessage } from '#client/jetstream/messages.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { bodyOutput } from '../messaging/body.ts';
import { group } from './group.ts';

/** `nats stream get` */
export const command = defineCommand({
  name: 'get',
  help: 'Show one message of a stream',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    id: { type: 'int64', help: 'Sequence of the message' },
  },
  flags: {
    'last-for': { type: 'string', short: 'S', placeholder: 'SUBJECT', help: 'The newest message of this subject' },
    json: { type: 'bool', short: 'j', help: 'Print the message as JSON, headers and data in base64' },
    translate: { type: 'string', help: 'Pass the body through this command' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: record({ subject: str, seq: int, 'hdrs?': str, 'data?': str, time }),
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const { name } = await pickStream(runtime, js, args.stream, { all: flags.all });
    const { id, subject } = await what(runtime, args.id ?? -1n, flags['last-for']);
    const message = await fetch(js, name, id, subject);
    const data = {
      subject: message.subject,
      seq: message.seq,
      ...(message.headers ? { hdrs: Buffer.from(message.headers.raw).toString('base64') } : {}),
      ...(message.data.length > 0 ? { data: Buffer.from(message.data).toString('base64') } : {}),
      time: formatRfc3339Nano(message.time),
    };
    const text = () => messageText(runtime, name, message, flags.translate);
    await runtime.show({ data, text }, { json: flags.json });
  },
});

/** Sequence or subject, asked for when neither was given. */
async function what(runtime: Runtime, id: bigint, subject: string | undefined) {
  if (id > -1n || subject) return { id, subject };
  const prompts = await runtime.prompts();
  const question = {
    message: 'Message Sequence to retrieve',
    default: '-1',
    flag: 'the id argument or --last-for',
    validate: (text: string) => (/^-?\d+$/.test(text) ? undefined : 'a number is needed'),
  };
  const answer = await prompts.input(question).catch(during('invalid input'));
  if (BigInt(answer) !== -1n) return { id: BigInt(answer), subject };
  const next = { message: 'Subject to retrieve last message for', flag: '--last-for' };
  const last = await prompts.input(next).catch(during('invalid subject'));
  if (last === '') throw fail('usage', 'no ID or subject specified');
  return { id: -1n, subject: last };
}

async function fetch(js: JetStream, stream: string, id: bigint, subject: string | undefined): Promise<StoredMessage> {
  try {
    return await getMessage(js, stream, id > -1n ? { seq: id } : { last_by_subj: subject as string });
  } catch (error) {
    if (!(error instanceof BoxError)) throw error;
    throw fail(error.kind, `could not retrieve ${stream}#${id}: ${error.message}`, error.facts);
  }
}

async function messageText(
  runtime: Runtime,
  stream: string,
  message: StoredMessage,
  translate: string | undefined,
): Promise<(string | Uint8Array)[]> {
  const age = humanDuration(runtime.clock.now() - message.time);
  const received = formatRfc3339Nano(message.time).replace('T', ' ').replace('Z', ' +0000 UTC');
  const head = `Item: ${stream}#${message.seq} received ${received} (${age}) on Subject ${visible(message.subject)}\n\n`;
  const lines = message.headers?.entries().map(([k, v]) => `  ${visible(k)}: ${visible(v)}\n`) ?? [];
  const headers = lines.length > 0 ? `Headers:\n${lines.join('')}\n` : '';
  const body = await bodyOutput(runtime, message.data, { translate, subject: message.subject, stream });
  return [head + headers, body];
}
