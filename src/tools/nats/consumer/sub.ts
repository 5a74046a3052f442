import { formatDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { stream as streamOutput } from '#cli/schema.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import type { ConsumerInfo } from '#client/jetstream/types.ts';
import type { Msg } from '#client/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Emitter, Runtime } from '#runtime/runtime.ts';
import { pickConsumer } from '../jetstream/pick-consumer.ts';
import { messageSchema } from '../jetstream/record.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { deliveredRecord, deliveryOf, headersText, headLine, nextMessage, writeBody } from './delivered.ts';
import { group } from './group.ts';
import { ackText } from './show.ts';

/** `nats consumer sub` */
export const command = defineCommand({
  name: 'sub',
  help: 'Receive what a push consumer delivers, or the next message of a pull consumer',
  hidden: true,
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
  },
  flags: {
    ack: { type: 'bool', default: 'true', negatable: true, help: 'Acknowledge the messages' },
    raw: { type: 'bool', short: 'r', help: 'Bodies alone' },
    'deliver-group': { type: 'string', help: 'Queue group to join' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: streamOutput(messageSchema),
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const { info } = await pickConsumer(runtime, js, args.stream, args.consumer, { all: flags.all });
    const acks = flags.ack && (info.config.ack_policy ?? 'none') !== 'none';
    const out = runtime.stream<Record<string, unknown>>();
    const show = (msg: Msg) => showOne(runtime, out, msg, flags.raw);
    if (runtime.contract.plan) {
      return runtime.show({
        data: { plan: true },
        text: () => `would receive from ${info.stream_name} > ${info.name}\n`,
      });
    }
    if (!info.config.deliver_subject) {
      const msg = await nextMessage(runtime, js, info.stream_name, info.name, js.timeout ?? 5000);
      if (!msg) throw fail('timeout', 'no message received: nats: timeout');
      show(msg);
      if (acks) msg.respond('+ACK');
      if (acks && out.isText && !flags.raw) runtime.out.write('\nAcknowledged message\n\n');
      await js.connection.flush();
      return out.end();
    }
    if (out.isText && !flags.raw) runtime.out.write(intro(info, acks));
    const queue = flags['deliver-group'] || info.config.deliver_group || '';
    await receive(runtime, js, info.config.deliver_subject, queue, acks, show);
    await out.end();
  },
});

function intro(info: ConsumerInfo, acks: boolean): string {
  const { deliver_subject, ack_policy, ack_wait } = info.config;
  const wait = ack_policy === 'none' ? '' : `    Ack Wait: ${formatDuration(BigInt(ack_wait ?? 0))}\n`;
  const head = `Subscribing to topic ${deliver_subject} auto acknowledgment: ${acks}\n\n`;
  return `${head}Consumer Info:\n  Ack Policy: ${ackText(ack_policy)}\n${wait}\n`;
}

/** Until the command is interrupted; answers heartbeats and flow control. */
async function receive(
  runtime: Runtime,
  js: JetStream,
  subject: string,
  queue: string,
  acks: boolean,
  show: (msg: Msg) => void,
): Promise<void> {
  const subscription = js.connection.subscribe(subject, queue === '' ? {} : { queue });
  const stop = () => subscription.unsubscribe();
  runtime.signal.addEventListener('abort', stop, { once: true });
  for await (const msg of subscription) {
    if (msg.headers?.code === 100 && msg.data.length === 0) {
      const stalled = msg.headers.get('Nats-Consumer-Stalled');
      if (stalled) js.connection.publish(stalled);
      else msg.respond();
      continue;
    }
    show(msg);
    if (acks) msg.respond('+ACK');
  }
}

function showOne(runtime: Runtime, out: Emitter<Record<string, unknown>>, msg: Msg, raw: boolean): void {
  const delivery = deliveryOf(msg);
  if (!out.isText) {
    out.emit(deliveredRecord(msg, delivery), () => '');
    return;
  }
  if (!raw) runtime.out.write(`${headLine(runtime, msg, delivery)}${headersText(msg, '   ')}`);
  writeBody(runtime, msg.data);
  if (!raw && msg.data[msg.data.length - 1] !== 10) runtime.out.write('\n');
}
