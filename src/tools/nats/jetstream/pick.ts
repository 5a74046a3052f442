// Which stream a command means: the one named, or one picked from a list on a terminal.
import { BoxError, during, fail, messageOf } from '#base/errors.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { isName, streamInfo, streamNames } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';

export interface Picked {
  readonly name: string;
  readonly info: StreamInfo;
  /** Whether a question was asked. */
  readonly asked: boolean;
}

/** Streams that carry something else: key-value and object buckets, MQTT. */
export function isInternal(name: string): boolean {
  return isBucket(name) || /^\$MQTT_/.test(name);
}

/** Key-value and object buckets. */
export function isBucket(name: string): boolean {
  return name.startsWith('KV_') || name.startsWith('OBJ_');
}

/** The stream a user names, or picks. Throws not-found with the server's code, usage where nobody can be asked. */
export async function pickStream(
  runtime: Runtime,
  js: JetStream,
  name: string | undefined,
  options: { all?: boolean; noSelect?: boolean; prefix?: string } = {},
): Promise<Picked> {
  const prefix = options.prefix ?? 'could not pick a Stream to operate on';
  let missing: unknown;
  if (name !== undefined && name !== '') {
    if (!isName(name)) throw fail('usage', `${prefix}: ${JSON.stringify(name)} is not a valid stream name`);
    try {
      return { name, info: await streamInfo(js, name), asked: false };
    } catch (error) {
      if (!(error instanceof BoxError) || error.kind !== 'not-found') during(prefix)(error);
      missing = fail('not-found', `${prefix}: ${messageOf(error)}`, (error as BoxError).facts);
    }
  }
  const terminal = runtime.stdin.isTTY && runtime.terminal.isTTY && !runtime.contract['no-input'];
  if (!terminal || options.noSelect) {
    if (missing) throw missing;
    throw fail('usage', `${prefix}: cannot pick a Stream without a terminal and no Stream name supplied`, {
      hint: 'name the stream; nats stream ls shows them',
    });
  }
  const names: string[] = [];
  for await (const n of streamNames(js)) if (options.all || !isInternal(n)) names.push(n);
  if (names.length === 0) throw missing ?? fail('not-found', `${prefix}: no Streams are defined`);
  const prompts = await runtime.prompts();
  const choices = names.map((n) => ({ label: n, value: n }));
  const question = { message: 'Select a Stream', choices, flag: 'the stream argument' };
  const picked = await prompts.select(question).catch(during(prefix));
  return { name: picked, info: await streamInfo(js, picked), asked: true };
}

/** Asks before something that cannot be undone; `--force` answers yes. False: the user said no. */
export async function confirmed(runtime: Runtime, force: boolean, message: string): Promise<boolean> {
  if (force) return true;
  const prompts = await runtime.prompts();
  return prompts.confirm({ message, default: false, flag: '--force' }).catch(during('could not obtain confirmation'));
}

/** Streams below buckets break when they are changed behind the bucket's back: say so, and ask again without --force. */
export async function confirmBucket(runtime: Runtime, stream: string): Promise<void> {
  if (!stream.startsWith('KV_')) return;
  runtime.out.write(
    `WARNING: ${stream} holds a key-value bucket. Changing the stream directly can lose data and break the bucket;\nuse the nats kv commands. Going on is not supported.\n\n`,
  );
  const prompts = await runtime.prompts();
  const yes = await prompts.confirm({ message: 'Really operate on the KV stream?', default: false, flag: 'nats kv' });
  if (!yes) throw fail('error', 'aborting Key-Value store operation');
}
