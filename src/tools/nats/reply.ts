import { fail, messageOf } from '#base/errors.ts';
import { visible } from '#base/visible.ts';
import { int, obj, stream } from '#cli/schema.ts';
import type { ArgSpecs, FlagSpecs, Input } from '#cli/spec.ts';
import type { Connection, Msg } from '#client/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Emitter, Runtime } from '#runtime/runtime.ts';
import { type AnswerPlan, commandWords, createAnswerer } from './messaging/answer.ts';
import { templateHelp } from './messaging/flags.ts';
import { messageHeaders } from './messaging/headers.ts';
import { type MessageRecord, messageColumns, messageSchema, recordOf } from './messaging/records.ts';
import { headerLines } from './messaging/shown.ts';
import { aborted } from './messaging/waiting.ts';

const args = {
  subject: { type: 'string', required: true, help: 'Subject to answer on' },
  body: { type: 'string', emptyDash: true, help: 'What to answer' },
} as const satisfies ArgSpecs;

const flags = {
  echo: { type: 'bool', help: 'Answer with the body and the headers of the request' },
  command: { type: 'string', help: 'Answer with the output of this command' },
  queue: { type: 'string', short: 'q', default: 'NATS-RPLY-22', help: 'Queue group to share the requests with' },
  sleep: { type: 'duration', placeholder: 'MAX', help: 'Wait for a random time of at most this before answering' },
  header: { type: 'string', short: 'H', cumulative: true, help: 'Header to add, in the form K:V' },
  count: { type: 'uint', help: 'End after so many requests' },
} as const satisfies FlagSpecs;

type ReplyInput = Input<typeof args, typeof flags>;

/** A request that was answered. */
interface AnsweredRecord extends MessageRecord {
  readonly n: number;
  /** Bytes of the answer. */
  readonly answered: number;
}

/** `nats reply`: answers requests until it is stopped. */
export const command = defineCommand({
  name: 'reply',
  help: `Answer requests

Without a body and a command the request is sent back. In a command {{0}}, {{1}} ... are the tokens of the request's
subject and {{.Request}} is its body; every word of the line is one argument. NATS_REQUEST_SUBJECT and
NATS_REQUEST_BODY are set for it:

  nats reply 'weather.*' --command "forecast {{1}}"

${templateHelp}
  {{Request}}        body of the request`,
  args,
  flags,
  tags: { scope: 'user', impact: 'rw' },
  examples: ['nats reply echo --echo', `nats reply 'weather.*' --command "curl -s http://localhost:8080/{{1}}"`],
  output: stream(obj({ ...messageSchema, n: int, answered: int })),
  async run(input, runtime) {
    const { subject } = input.args;
    const { queue } = input.flags;
    const plan = planOf(input, runtime);
    const emitter = runtime.stream<AnsweredRecord>({ columns: messageColumns(undefined, 'n', 'answered') });
    await emitter.ready;
    if (runtime.contract.plan) {
      runtime.log(`Would answer on ${JSON.stringify(subject)} in group ${JSON.stringify(queue)}`);
      return;
    }
    const connection = await runtime.connect();
    const limit = Number(input.flags.count ?? 0n);
    const subscription = connection.subscribe(subject, {
      ...(queue === '' ? {} : { queue }),
      ...(limit > 0 ? { max: limit } : {}),
    });
    await connection.flush();
    if (connection.lastError) throw connection.lastError;
    runtime.log(`Listening on ${JSON.stringify(subject)} in group ${JSON.stringify(queue)}`);
    const stop = aborted(runtime.signal).then(() => subscription.drain());
    await serve(runtime, connection, subscription, plan, { limit, maxSleep: sleepOf(input) }, emitter);
    void stop;
    await emitter.end();
    runtime.log('\nDraining...');
    await connection.drain();
    runtime.log('Exiting');
    runtime.signal.throwIfAborted();
    // The original calls its end a failure, and scripts got used to it.
    if (!runtime.contract.strict) runtime.exit(1);
  },
});

function sleepOf(input: ReplyInput): number {
  return Number(input.flags.sleep ?? 0n) / 1e6;
}

function planOf(input: ReplyInput, runtime: Runtime): AnswerPlan {
  const { echo, command } = input.flags;
  const body = input.args.body ?? '';
  const headers = messageHeaders(input.flags.header, runtime.log);
  if (!echo && !command && body === '') runtime.log('No body or command supplied, enabling echo mode');
  if (echo || (!command && body === '')) return { kind: 'echo', text: '', headers };
  if (command && commandWords(command).length === 0) throw fail('usage', 'the command is empty');
  return command ? { kind: 'command', text: command, headers } : { kind: 'body', text: body, headers };
}

async function serve(
  runtime: Runtime,
  connection: Connection,
  requests: AsyncIterable<Msg>,
  plan: AnswerPlan,
  bounds: { limit: number; maxSleep: number },
  emitter: Emitter<AnsweredRecord>,
): Promise<void> {
  const answer = createAnswerer(runtime, plan);
  let count = 0;
  for await (const request of requests) {
    if (emitter.isText) showRequest(runtime, request, count);
    if (bounds.maxSleep > 0) await runtime.clock.sleep(Math.random() * bounds.maxSleep);
    try {
      const { headers, body } = await answer(request, count);
      if (!request.respond(body, headers ? { headers } : {}))
        throw fail('usage', 'nats: message does not have a reply');
      emitter.emit({ n: count, ...recordOf(request), answered: body.length }, () => '');
    } catch (error) {
      runtime.log(`Could not publish reply: ${messageOf(error)}`);
      continue;
    }
    count++;
    if (bounds.limit > 0 && count >= bounds.limit) break;
  }
  await connection.flush().catch(() => undefined);
}

function showRequest(runtime: Runtime, request: Msg, count: number): void {
  runtime.log(`[#${count}] Received on subject ${JSON.stringify(request.subject)}:`);
  for (const line of headerLines(runtime, request.headers)) runtime.log(line);
  runtime.out.write('\n');
  runtime.out.write(runtime.out.isTTY ? visible(request.data) : request.data);
  runtime.out.write('\n');
}
