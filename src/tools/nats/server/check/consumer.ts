import { defineCommand } from '#runtime/command.ts';
import { checkConsumer } from '../checks/consumer.ts';
import { newVerdict, seconds } from '../checks/verdict.ts';
import { commandWorld } from '../checks/world.ts';
import { group } from './group.ts';
import { checkOutput, showCheck } from './run.ts';

/** `nats server check consumer` */
export const command = defineCommand({
  name: 'consumer',
  help: 'Check a consumer: what is outstanding, unprocessed, redelivered, and when it last did something\n\nThe metadata of the consumer can hold thresholds, under the names of the flags after io.nats.monitor. as in io.nats.monitor.waiting-critical: 20. A flag that is given wins.',
  flags: {
    stream: { type: 'string', required: true, help: 'Stream of the consumer', complete: 'streams' },
    consumer: { type: 'string', required: true, help: 'Consumer to check' },
    'outstanding-ack-critical': { type: 'int', default: '-1', help: 'Critical at so many outstanding acknowledgments' },
    'waiting-critical': { type: 'int', default: '-1', help: 'Critical at so many waiting pulls' },
    'unprocessed-critical': { type: 'int', default: '-1', help: 'Critical at so many unprocessed messages' },
    'last-delivery-critical': {
      type: 'duration',
      default: '0s',
      help: 'Critical when nothing was delivered for so long',
    },
    'last-ack-critical': {
      type: 'duration',
      default: '0s',
      help: 'Critical when nothing was acknowledged for so long',
    },
    'redelivery-critical': { type: 'int', default: '-1', help: 'Critical at so many redeliveries' },
    pinned: { type: 'bool', help: 'Every priority group must have a pinned client' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: checkOutput,
  async run(input, runtime) {
    const { flags } = input;
    const verdict = newVerdict('consumer', `${flags.stream}_${flags.consumer}`);
    await checkConsumer(commandWorld(runtime), verdict, flags.stream, flags.consumer, {
      ...(input.isSet('outstanding-ack-critical')
        ? { ack_outstanding_critical: flags['outstanding-ack-critical'] }
        : {}),
      ...(input.isSet('waiting-critical') ? { waiting_critical: flags['waiting-critical'] } : {}),
      ...(input.isSet('unprocessed-critical') ? { unprocessed_critical: flags['unprocessed-critical'] } : {}),
      ...(input.isSet('last-delivery-critical')
        ? { last_delivery_critical: seconds(flags['last-delivery-critical']) }
        : {}),
      ...(input.isSet('last-ack-critical') ? { last_ack_critical: seconds(flags['last-ack-critical']) } : {}),
      ...(input.isSet('redelivery-critical') ? { redelivery_critical: flags['redelivery-critical'] } : {}),
      ...(flags.pinned ? { pinned: true } : {}),
    });
    await showCheck(runtime, flags, verdict.result());
  },
});
