import { fail } from '#base/errors.ts';
import { arr, obj, record, str } from '#cli/schema.ts';
import type { Connection } from '#client/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';

interface Received {
  readonly subject: string;
  readonly payload: string;
}

interface Story {
  readonly server: string;
  readonly received: Received[];
  readonly request: Received;
  readonly reply: string;
  /** Microseconds the request took. */
  readonly took: string;
}

/** `natsbox demo`: the main job on the built-in server, with four connections, in a moment. */
export const command = defineCommand({
  name: 'demo',
  help: 'Start the built-in server, publish, subscribe, request and reply, and show what happened',
  tags: { scope: 'local', impact: 'ro' },
  output: record({
    server: str,
    received: arr(obj({ subject: str, payload: str })),
    request: obj({ subject: str, payload: str }),
    reply: str,
    took: str,
  }),
  ours: true,
  async run(_input, runtime) {
    const story = await play(runtime);
    await runtime.show({ data: story, text: () => storyText(story) });
  },
});

async function play(runtime: Runtime): Promise<Story> {
  const { createServer } = await import('#server/index.ts');
  const { connect } = await import('#client/index.ts');
  const server = await createServer({ host: '127.0.0.1', port: 0, name: 'demo' });
  const open: Connection[] = [];
  const join = async (name: string) => {
    const connection = await connect({ servers: server.url, name });
    open.push(connection);
    return connection;
  };
  try {
    const subscriber = await join('subscriber');
    const inbox = subscriber.subscribe('demo.>', { max: 2 });
    await subscriber.flush();
    const first = await join('first');
    first.publish('demo.first', 'hello from the first connection');
    await first.flush();
    const second = await join('second');
    second.publish('demo.second', 'hello from the second connection');
    await second.flush();
    const received: Received[] = [];
    for await (const msg of inbox) received.push({ subject: msg.subject, payload: msg.string() });
    if (received.length !== 2) throw fail('error', `expected 2 messages, received ${received.length}`);
    const responder = await join('responder');
    responder.subscribe('demo-time', { callback: (msg) => void msg.respond(`it is ${isoNow(runtime)}`) });
    await responder.flush();
    const started = runtime.clock.mono();
    const reply = await first.request('demo-time', 'what time is it', { timeout: 2000 });
    const took = `${(runtime.clock.mono() - started) / 1000n}µs`;
    const request = { subject: 'demo-time', payload: 'what time is it' };
    return { server: server.url, received, request, reply: reply.string(), took };
  } finally {
    for (const connection of open) await connection.close();
    await server.close();
  }
}

function isoNow(runtime: Runtime): string {
  return new Date(Number(runtime.clock.now() / 1_000_000n)).toISOString();
}

function storyText(story: Story): string {
  const lines = [
    `server     ready at ${story.server}, built in`,
    `subscriber listens to demo.>`,
    ...story.received.map((m, i) => `received   #${i + 1} on "${m.subject}": ${m.payload}`),
    `request    on "${story.request.subject}": ${story.request.payload}`,
    `reply      after ${story.took}: ${story.reply}`,
    '',
    'Now yours: natsbox server            in one terminal,',
    "           nats sub 'orders.>'       in a second,",
    '           nats pub orders.new hi    in a third.',
  ];
  return lines.join('\n') + '\n';
}
