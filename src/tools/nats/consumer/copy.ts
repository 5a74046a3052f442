import { during } from '#base/errors.ts';
import { consumerInfo } from '#client/jetstream/consumers.ts';
import type { ConsumerConfig } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { pickConsumerStream } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import {
  applyChanges,
  type CreateValues,
  heartbeatOf,
  type IsSet,
  ownConfig,
  pauseTime,
  putConsumer,
  setStart,
} from './change.ts';
import { createFlags } from './flags.ts';
import { group } from './group.ts';
import { setGroups } from './prepare.ts';
import { consumerInfoOutput, showConsumer } from './show.ts';

/** `nats consumer copy` */
export const command = defineCommand({
  name: 'copy',
  aliases: ['cp'],
  help: 'Make a consumer with the configuration of another',
  args: {
    stream: { type: 'string', required: true, help: 'Name of the stream', complete: 'streams' },
    source: { type: 'string', required: true, help: 'Consumer to take the configuration of', complete: 'consumers' },
    destination: { type: 'string', required: true, help: 'Name of the new consumer' },
  },
  flags: createFlags,
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: consumerInfoOutput,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const stream = await pickConsumerStream(runtime, js, args.stream, { all: flags.all });
    const source = await consumerInfo(js, stream, args.source).catch(during('could not load source Consumer'));
    const changed = applyChanges(ownConfig(source.config), flags, (n) => input.isSet(n as never));
    const config = created(changed, flags, (n) => input.isSet(n as never), args.destination, runtime.clock.now());
    if (runtime.contract.plan) {
      const name = args.destination;
      const plan = { ...source, name, config: { ...config, name } };
      return showConsumer(runtime, plan, { lead: `would create consumer ${stream} > ${name}:\n\n` });
    }
    await showConsumer(runtime, await putConsumer(js, stream, config, 'Consumer creation failed'));
  },
});

/** What only a new consumer can have. `now`: unix nanoseconds. */
function created(
  config: ConsumerConfig,
  flags: CreateValues,
  isSet: IsSet,
  destination: string,
  now: bigint,
): ConsumerConfig {
  const out: ConsumerConfig = { ...config };
  delete out.name;
  delete out.durable_name;
  if (flags.ephemeral) out.name = destination;
  else out.durable_name = destination;
  if (flags.wait > 0n) out.ack_wait = flags.wait;
  if (flags.deliver) setStart(out, flags.deliver, now);
  if (flags.pull) {
    delete out.deliver_subject;
    delete out.max_waiting;
  }
  if (flags['max-waiting']) out.max_waiting = flags['max-waiting'];
  if (flags.ack) out.ack_policy = flags.ack as 'none';
  if (flags.replay) out.replay_policy = flags.replay as 'instant';
  if (flags.bps !== 0n) out.rate_limit_bps = flags.bps;
  if (flags.heartbeat && flags.heartbeat !== '-1') out.idle_heartbeat = heartbeatOf(flags.heartbeat);
  if (isSet('flow-control')) out.flow_control = flags['flow-control'];
  if (!out.deliver_subject) {
    delete out.idle_heartbeat;
    delete out.flow_control;
  }
  delete out.deliver_group;
  if (flags['deliver-group'] !== '_unset_' && flags.target) out.deliver_group = flags['deliver-group'];
  if (flags.memory) out.mem_storage = true;
  if (flags.pause) out.pause_until = pauseTime(flags.pause, now);
  setGroups(out, flags);
  return out;
}
