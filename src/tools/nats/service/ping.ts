import { humanDuration } from '#base/duration.ts';
import { parseJson } from '#base/json64.ts';
import { visible } from '#base/visible.ts';
import { nanos, obj, str, stream } from '#cli/schema.ts';
import { type PingAnswer, serviceSubject } from '#client/service.ts';
import { defineCommand } from '#runtime/command.ts';
import { timeoutOf } from './list.ts';

/** `nats service ping` */
export const command = defineCommand({
  name: 'ping',
  help: 'Ask services for a sign of life until the timeout',
  args: { service: { type: 'string', help: 'Only instances of this service', complete: 'services' } },
  tags: { scope: 'user', impact: 'rw' },
  output: stream(obj({ name: str, id: str, version: str, rtt: nanos })),
  async run(input, runtime) {
    const connection = await runtime.connect();
    const emitter = runtime.stream<object>();
    const start = runtime.clock.mono();
    const inbox = connection.newInbox();
    const subscription = connection.subscribe(inbox);
    connection.publish(serviceSubject('PING', input.args.service ?? ''), '', { reply: inbox });
    const end = setTimeout(() => subscription.unsubscribe(), timeoutOf(runtime));
    const stop = () => subscription.unsubscribe();
    runtime.signal.addEventListener('abort', stop, { once: true });
    for await (const msg of subscription) {
      if (msg.headers?.code === 503) continue;
      const answer = parseJson(msg.string()) as unknown as PingAnswer;
      if (answer.type !== 'io.nats.micro.v1.ping_response') continue;
      const rtt = runtime.clock.mono() - start;
      const label = visible(`${answer.name} ${answer.id}`).padEnd(50);
      emitter.emit(
        { name: answer.name, id: answer.id, version: answer.version, rtt },
        () => `${label} rtt=${humanDuration(rtt)}\n`,
      );
      await runtime.out.flush();
    }
    clearTimeout(end);
    await emitter.end();
  },
});
