import { human } from '#base/human.ts';
import { createConsumer } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { doing } from '../clients/client.ts';
import { batchFlag, consumerFlags, subjectArg } from '../flags.ts';
import { DURABLE } from '../js/consume-bench.ts';
import { benchOutput } from '../run.ts';
import { group } from './group.ts';
import { oldBench, removal } from './old.ts';

/** `nats bench oldjs pull` */
export const command = defineCommand({
  name: 'pull',
  help: 'Share what a durable consumer gives in batches',
  inherits: group.flags,
  args: subjectArg,
  flags: {
    consumer: consumerFlags.consumer,
    ...batchFlag('Messages asked for at once'),
    ack: { type: 'bool', default: 'true', negatable: true, help: 'Acknowledge each message' },
    doubleack: consumerFlags.doubleack,
  },
  tags: { scope: 'user', impact: 'rw' },
  output: benchOutput,
  async run({ args, flags }, runtime) {
    const { consumer, ack, batch, stream } = flags;
    const parameters = {
      consumer,
      acked: String(ack),
      'double-acked': String(flags.doubleack),
      batch: human(batch),
    };
    await oldBench(
      runtime,
      { kind: 'oldjs-pull', subject: args.subject, batch: Math.max(1, batch) },
      flags,
      parameters,
      {
        word: 'Pulling',
        ...removal(runtime, flags),
        prepare: async (js) => {
          if (consumer !== DURABLE) return;
          await createConsumer(js, stream, {
            name: consumer,
            durable_name: consumer,
            deliver_policy: 'all',
            ack_policy: ack ? 'explicit' : 'none',
            replay_policy: 'instant',
            max_ack_pending: Math.min(flags.clients * batch, 10_000),
          }).catch(doing(`creating the durable consumer '${consumer}'`));
          runtime.log(`Defined durable pull consumer: ${consumer}`);
        },
      },
    );
  },
});
