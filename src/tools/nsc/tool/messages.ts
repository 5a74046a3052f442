// What pub, sub, req, reply and rtt do, below `nsc tool` and as the hidden commands of old.
import { formatDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { visibleLine } from '#base/visible.ts';
import { bool, int, nanos, obj, recordOf, str, stream } from '#cli/schema.ts';
import type { Connection, Msg } from '#client/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { type Nsc, openNsc } from '../nsc.ts';
import { connectUser, type ToolValues } from './connect.ts';

export const publishedOutput = recordOf(obj({ subject: str, payload: str }));
export const receivedOutput = stream(obj({ number: int, subject: str, payload: str, 'answered?': bool }));
export const repliedOutput = recordOf(obj({ subject: str, payload: str, 'reply?': str }));
export const rttOutput = recordOf(obj({ server: str, rtt: nanos }));

/** A subject and what to send to it; words beyond these two were never looked at. */
export const messageArgs = {
  subject: { type: 'string', required: true, help: 'Subject of the message' },
  payload: { type: 'string', cumulative: true, help: 'What to send; nothing without it' },
} as const;

export const subjectArgs = {
  subject: { type: 'string', required: true, help: 'Subject to listen on' },
  words: { type: 'string', cumulative: true, hidden: true, help: 'Ignored' },
} as const;

export const replyArgs = {
  subject: { type: 'string', required: true, help: 'Subject to answer on' },
  payload: { type: 'string', cumulative: true, help: 'The answer; the request itself without it' },
} as const;

export const rttArgs = { words: { type: 'string', cumulative: true, hidden: true, help: 'Ignored' } } as const;

/** Text as it may be shown on the terminal it goes to. */
function shown(runtime: Runtime, text: string): string {
  return runtime.terminal.isTTY ? visibleLine(text) : text;
}

interface Message {
  readonly subject: string;
  readonly payload: readonly string[];
}

async function open(runtime: Runtime, flags: ToolValues, name: string): Promise<{ nsc: Nsc; connection: Connection }> {
  const nsc = await openNsc(runtime);
  return { nsc, connection: await connectUser(nsc, flags, name) };
}

/** `nsc tool pub` */
export async function publish(runtime: Runtime, { subject, payload }: Message, flags: ToolValues): Promise<void> {
  const text = payload[0] ?? '';
  if (!runtime.contract.plan) {
    const { connection } = await open(runtime, flags, 'nsc_pub');
    connection.publish(subject, text);
    await connection.flush();
    if (connection.lastError) throw connection.lastError;
  }
  const done = runtime.contract.plan ? 'Would publish' : 'Published';
  if (runtime.contract.as === 'text') runtime.err.line(`${done} [${subject}] : ${JSON.stringify(text)}`);
  else await runtime.show({ data: { subject, payload: text }, text: () => '' });
}

/** `nsc tool req` */
export async function request(
  runtime: Runtime,
  { subject, payload }: Message,
  flags: ToolValues & { readonly encrypt: boolean },
): Promise<void> {
  refuseEncrypt(flags.encrypt);
  const text = payload[0] ?? '';
  const { connection } = await open(runtime, flags, 'nsc_req');
  if (runtime.contract.as === 'text') runtime.err.line(`published request: [${subject}] : '${text}'`);
  const reply = await connection.request(subject, text, { timeout: 5000 }).catch((error: { kind?: string }) => {
    // Nobody in time was never a failure of this command; --strict makes it one.
    if (error.kind !== 'timeout' || runtime.contract.strict) throw error;
    runtime.err.line('request timed out');
    return undefined;
  });
  if (!reply) return;
  const data = { subject, payload: text, reply: reply.string() };
  await runtime.show({ data, text: () => `received reply: [${reply.subject}] : '${shown(runtime, data.reply)}'\n` });
}

function refuseEncrypt(given: boolean): void {
  if (given) throw fail('usage', 'the experimental --encrypt option is no longer supported');
}

interface Listening extends ToolValues {
  readonly queue: string | undefined;
  readonly 'max-messages': number;
}

/** `nsc tool sub` */
export async function subscribe(
  runtime: Runtime,
  subject: string,
  flags: Listening & { readonly encrypt: boolean },
): Promise<void> {
  refuseEncrypt(flags.encrypt);
  await listen(runtime, subject, flags, { name: 'nsc_sub', word: 'Listening', take: () => undefined });
}

/** `nsc tool reply` */
export async function reply(runtime: Runtime, { subject, payload }: Message, flags: Listening): Promise<void> {
  const answer = payload[0];
  await listen(runtime, subject, flags, {
    name: 'nsc_reply',
    word: 'listening',
    take: (msg) => msg.respond(answer ?? msg.data),
  });
}

interface Listener {
  readonly name: string;
  readonly word: string;
  /** What is done with a message; false when it could not be answered. */
  take(msg: Msg): boolean | undefined;
}

async function listen(runtime: Runtime, subject: string, flags: Listening, listener: Listener): Promise<void> {
  const max = flags['max-messages'];
  if (max === 0) throw fail('usage', 'max-messages must be greater than zero');
  const { connection } = await open(runtime, flags, listener.name);
  const { signal } = runtime;
  const subscription = connection.subscribe(subject, {
    ...(flags.queue ? { queue: flags.queue } : {}),
    ...(max > 0 ? { max } : {}),
  });
  const stop = () => subscription.unsubscribe();
  signal.addEventListener('abort', stop, { once: true });
  await connection.flush();
  if (connection.lastError) throw connection.lastError;
  const out = runtime.stream<Record<string, unknown>>();
  const isText = runtime.contract.as === 'text';
  if (isText) runtime.err.line(`${listener.word} on [${subject}]${max > 0 ? ` for ${max} messages` : ''}`);
  let number = 0;
  for await (const msg of subscription) {
    number++;
    const answered = listener.take(msg);
    const payload = msg.string();
    if (!isText) {
      out.emit({ number, subject: msg.subject, payload, ...(answered === undefined ? {} : { answered }) }, () => '');
    } else if (answered === false) {
      runtime.err.line(`[#${number}] ignoring request on [${shown(runtime, msg.subject)}]: no reply subject`);
    } else runtime.err.line(`[#${number}] received on [${shown(runtime, msg.subject)}]: '${shown(runtime, payload)}'`);
  }
  await out.end();
  await connection.flush().catch(() => undefined);
  signal.throwIfAborted();
  const error = await subscription.closed;
  if (error) throw error;
}

/** `nsc tool rtt` */
export async function measure(runtime: Runtime, flags: ToolValues): Promise<void> {
  const { connection } = await open(runtime, flags, 'nsc_rtt');
  const rtt = await connection.rtt();
  const server = connection.serverUrl;
  await runtime.show({
    data: { server, rtt },
    text: () => `round trip time to [${server}] = ${formatDuration(rtt)}\n`,
  });
}
