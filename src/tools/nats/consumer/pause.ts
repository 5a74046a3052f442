import { formatDuration, roundDuration, SECOND } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { formatDateTime, tryParseRfc3339 } from '#base/time.ts';
import { done } from '#cli/schema.ts';
import { pauseConsumer } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { requireLevel } from '../jetstream/level.ts';
import { confirmed } from '../jetstream/pick.ts';
import { pickConsumer } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { pauseTime } from './change.ts';
import { group } from './group.ts';

/** `nats consumer pause` */
export const command = defineCommand({
  name: 'pause',
  help: 'Stop deliveries of a consumer until a time',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
    until: {
      type: 'string',
      placeholder: 'TIME',
      help: 'For how long, such as 1h30m, or until when in UTC, such as "2030-12-31 10:00:00"',
    },
  },
  flags: { force: { type: 'bool', short: 'f', help: 'Pause without asking' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: done,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const options = { all: flags.all, noSelect: flags.force };
    const { stream, name } = await pickConsumer(runtime, js, args.stream, args.consumer, options);
    await requireLevel(js, 1, 'pausing Consumers requires NATS Server 2.11');
    const now = runtime.clock.now();
    let until = args.until ?? '';
    if (until === '') {
      const usual = formatDateTime(now + 3600n * SECOND, 'utc');
      const message = 'Pause until (time or duration)';
      until = await (await runtime.prompts()).input({ message, default: usual, flag: 'the until argument' });
    }
    const time = pauseTime(until, now);
    const local = formatDateTime(tryParseRfc3339(time) ?? 0n);
    const data = { done: !runtime.contract.plan, stream, name, pause_until: time };
    if (runtime.contract.plan) {
      return runtime.show({ data, text: () => `would pause consumer ${stream} > ${name} until ${local}\n` });
    }
    if (!(await confirmed(runtime, flags.force, `Really pause Consumer ${stream} > ${name} until ${local}`))) return;
    const answer = await pauseConsumer(js, stream, name, time);
    if (!answer.paused) {
      throw fail('usage', 'pause request failed, perhaps due to a time in the past', {
        hint: `${local} is past; times are in UTC`,
      });
    }
    const left = formatDuration(roundDuration(BigInt(answer.pause_remaining ?? 0), SECOND));
    const end = formatDateTime(tryParseRfc3339(answer.pause_until) ?? 0n);
    await runtime.show({ data, text: () => `Paused ${stream} > ${name} until ${end} (${left})\n` });
  },
});
