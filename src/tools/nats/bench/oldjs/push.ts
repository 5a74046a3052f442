import { createConsumer } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { doing } from '../clients/client.ts';
import { consumerFlags, subjectArg } from '../flags.ts';
import { DURABLE } from '../js/consume-bench.ts';
import { benchOutput } from '../run.ts';
import { group } from './group.ts';
import { oldBench, removal } from './old.ts';

/** `nats bench oldjs push` */
export const command = defineCommand({
  name: 'push',
  help: 'Share what a durable consumer pushes',
  inherits: group.flags,
  args: subjectArg,
  flags: {
    consumer: consumerFlags.consumer,
    maxacks: { type: 'int', default: '500', help: 'Messages per client that may wait for their acknowledgement' },
    ack: { type: 'bool', default: 'true', negatable: true, help: 'Acknowledge each message' },
    doubleack: consumerFlags.doubleack,
  },
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ args, flags }, runtime) {
    const { consumer, ack, stream } = flags;
    const parameters = { consumer, acked: String(ack), 'double-acked': String(flags.doubleack) };
    await oldBench(runtime, { kind: 'oldjs-push', subject: args.subject }, flags, parameters, {
      word: 'Receiving',
      ...removal(runtime, flags),
      prepare: async (js) => {
        if (consumer === DURABLE) {
          await createConsumer(js, stream, {
            name: consumer,
            durable_name: consumer,
            deliver_subject: `${consumer}-DELIVERY`,
            deliver_group: `${consumer}-GROUP`,
            deliver_policy: 'all',
            ack_policy: ack ? 'explicit' : 'none',
            replay_policy: 'instant',
            ...(ack ? { max_ack_pending: flags.maxacks * flags.clients } : {}),
          }).catch(doing('Error creating the durable push consumer'));
        }
        runtime.log(`Defined durable ${ack ? 'explicitly acked' : 'unacked'} push consumer: ${consumer}`);
      },
    });
  },
});
