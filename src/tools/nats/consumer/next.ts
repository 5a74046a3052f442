import { formatDuration } from '#base/duration.ts';
import { BoxError, fail } from '#base/errors.ts';
import { stream as streamOutput } from '#cli/schema.ts';
import { consumerInfo } from '#client/jetstream/consumers.ts';
import { isName } from '#client/jetstream/streams.ts';
import type { Msg } from '#client/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { messageSchema } from '../jetstream/record.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { steadily } from '../jetstream/steady.ts';
import { deliveredRecord, deliveryOf, headersText, headLine, nextMessage, writeBody } from './delivered.ts';
import { group } from './group.ts';

/** `nats consumer next` */
export const command = defineCommand({
  name: 'next',
  help: 'Take the next messages of a pull consumer\n\nWaits for each as long as --timeout says; fails when nothing came.',
  args: {
    stream: { type: 'string', required: true, help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', required: true, help: 'Name of the consumer', complete: 'consumers' },
  },
  flags: {
    ack: { type: 'bool', default: 'true', negatable: true, help: 'Acknowledge the message' },
    nak: { type: 'bool', help: 'Refuse the message: it is delivered again' },
    term: { type: 'bool', help: 'Refuse the message for good' },
    raw: { type: 'bool', short: 'r', help: 'The body alone' },
    wait: { type: 'duration', help: 'Wait up to so long before acknowledging' },
    count: { type: 'int', default: '1', help: 'Number of messages' },
    group: { type: 'string', ours: true, help: 'Priority group to ask in' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: streamOutput(messageSchema),
  async run(input, runtime) {
    const { flags, args } = input;
    const { stream, consumer } = args;
    for (const [word, what] of [
      [stream, 'stream'],
      [consumer, 'consumer'],
    ] as const) {
      if (!isName(word)) throw fail('usage', `${JSON.stringify(word)} is not a valid ${what} name`);
    }
    const verdict = verdictOf(flags.ack, input.isSet('ack'), flags.nak, flags.term);
    const js = await setupJetStream(runtime);
    if (runtime.contract.plan) return plan(runtime, js, stream, consumer, flags.count);
    const timeout = js.timeout ?? 5000;
    const out = runtime.stream<Record<string, unknown>>();
    for (let got = 0; got < flags.count; got++) {
      const options = flags.group ? { group: flags.group } : {};
      const next = () => nextMessage(runtime, js, stream, consumer, timeout, options);
      // The first one tells what is wrong at once; after it, a leader that goes is waited for.
      const msg = await (got === 0 ? next() : steadily(runtime, next)).catch((error: unknown) => {
        throw explain(error, consumer);
      });
      if (!msg) {
        await out.end();
        if (got === 0)
          await consumerInfo(js, stream, consumer).catch((error: unknown) => {
            throw explain(error, consumer);
          });
        throw fail(got === 0 ? 'timeout' : 'partial', 'no message received: nats: timeout', {
          hint:
            got === 0
              ? `nothing to deliver within ${timeout} ms; --timeout waits longer`
              : `${got} of ${flags.count} messages came`,
        });
      }
      if (!out.isText) out.emit(deliveredRecord(msg, deliveryOf(msg)), () => '');
      else if (flags.raw) writeBody(runtime, msg.data);
      else showMessage(runtime, msg);
      await settle(runtime, msg, verdict, flags.wait ?? 0n, out.isText && !flags.raw);
      // What was taken is told before more is asked for: an interruption loses no output.
      await steadily(runtime, () => js.connection.flush());
    }
    await out.end();
  },
});

type Verdict = '+ACK' | '-NAK' | '+TERM' | undefined;

function verdictOf(ack: boolean, ackSet: boolean, nak: boolean, term: boolean): Verdict {
  if (term && (nak || (ack && ackSet))) throw fail('usage', 'can not both Acknowledge and Terminate message');
  if (term) return '+TERM';
  if (nak) return '-NAK';
  return ack ? '+ACK' : undefined;
}

async function plan(
  runtime: Runtime,
  js: Parameters<typeof consumerInfo>[0],
  stream: string,
  consumer: string,
  count: number,
): Promise<void> {
  const info = await consumerInfo(js, stream, consumer);
  const data = { stream, consumer, pending: info.num_pending };
  const text = () => `would take up to ${count} of ${info.num_pending} messages of ${stream} > ${consumer}\n`;
  await runtime.show({ data, text });
}

/** A refusal in the words scripts know. */
function explain(error: unknown, consumer: string): unknown {
  if (!(error instanceof BoxError) || error.kind === 'usage') return error;
  const unknown = error.kind === 'not-found' || error.kind === 'no-responders';
  const what = unknown ? `could not load consumer ${JSON.stringify(consumer)}` : 'no message received';
  return fail(error.kind, `${what}: ${error.message}`, error.facts);
}

function showMessage(runtime: Runtime, msg: Msg): void {
  const headers = headersText(msg, '  ');
  runtime.out.write(`${headLine(runtime, msg, deliveryOf(msg))}${headers}${headers === '' ? '' : '\n'}\n`);
  writeBody(runtime, msg.data);
}

/** Tells the server what became of the message. `wait`: up to so many nanoseconds before, by chance. */
async function settle(runtime: Runtime, msg: Msg, verdict: Verdict, wait: bigint, tell: boolean): Promise<void> {
  if (verdict === undefined || msg.reply === undefined) return;
  let delay = 0n;
  if (wait > 0n && verdict !== '+TERM') {
    const dice = new DataView(runtime.random(8).buffer).getBigUint64(0);
    delay = dice % wait;
    await runtime.clock.sleep(Number(delay / 1_000_000n), runtime.signal);
  }
  if (runtime.globals['trace'] === true) runtime.log(`>>> ${msg.reply}: ${verdict}`);
  msg.respond(verdict);
  if (!tell) return;
  const after = delay > 0n ? ` after ${formatDuration(delay)} delay` : '';
  if (verdict === '+TERM') runtime.out.write('\nTerminated message\n');
  else runtime.out.write(`\n${verdict === '-NAK' ? 'Negative ' : ''}Acknowledged message${after}\n\n`);
}
