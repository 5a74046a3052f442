// Which consumer a command means: the one named, or one picked from lists on a terminal.
import { BoxError, during, fail } from '#base/errors.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { consumerInfo, consumerNames } from '#client/jetstream/consumers.ts';
import { isName } from '#client/jetstream/streams.ts';
import type { ConsumerInfo } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { pickStream } from './pick.ts';

export interface PickedConsumer {
  readonly stream: string;
  readonly name: string;
  readonly info: ConsumerInfo;
}

/** The stream a consumer command names, or picks. */
export async function pickConsumerStream(
  runtime: Runtime,
  js: JetStream,
  stream: string | undefined,
  options: { all?: boolean; noSelect?: boolean },
): Promise<string> {
  const prefix = 'could not select Stream';
  return (await pickStream(runtime, js, stream, { ...options, prefix })).name;
}

/** The consumer a user names, or picks. Throws not-found, and usage where nobody can be asked. */
export async function pickConsumer(
  runtime: Runtime,
  js: JetStream,
  stream: string | undefined,
  consumer: string | undefined,
  options: { all?: boolean; noSelect?: boolean },
): Promise<PickedConsumer> {
  const prefix = 'could not select Consumer';
  if (stream && consumer && isName(stream) && isName(consumer)) {
    const info = await known(js, stream, consumer);
    if (!(info instanceof BoxError)) return { stream, name: info.name, info };
  }
  const picked = await pickConsumerStream(runtime, js, stream, options);
  let missing: BoxError | undefined;
  if (consumer) {
    if (!isName(consumer)) throw fail('usage', `${prefix}: ${JSON.stringify(consumer)} is not a valid consumer name`);
    const info = await known(js, picked, consumer);
    if (!(info instanceof BoxError)) return { stream: picked, name: info.name, info };
    missing = info;
  }
  if (options.noSelect) {
    const named = `${prefix}: unknown consumer ${JSON.stringify(picked)} > ${JSON.stringify(consumer ?? '')}`;
    throw fail(
      'not-found',
      named,
      missing?.facts ?? { hint: `name the consumer; nats consumer ls ${picked} shows them` },
    );
  }
  if (!(runtime.stdin.isTTY && runtime.terminal.isTTY) || runtime.contract['no-input']) {
    if (missing) throw fail('not-found', `${prefix}: ${missing.message}`, missing.facts);
    throw fail('usage', `${prefix}: cannot pick a Consumer without a terminal and no Consumer name supplied`, {
      hint: `name the consumer; nats consumer ls ${picked} shows them`,
    });
  }
  const names: string[] = [];
  for await (const name of consumerNames(js, picked)) names.push(name);
  if (names.length === 0) throw fail('not-found', `${prefix}: no Consumers are defined for Stream ${picked}`);
  const prompts = await runtime.prompts();
  const choices = names.map((n) => ({ label: n, value: n }));
  const question = { message: 'Select a Consumer', choices, flag: 'the consumer argument' };
  const name = await prompts.select(question).catch(during(prefix));
  return { stream: picked, name, info: await consumerInfo(js, picked, name) };
}

async function known(js: JetStream, stream: string, consumer: string): Promise<ConsumerInfo | BoxError> {
  try {
    return await consumerInfo(js, stream, consumer);
  } catch (error) {
    if (error instanceof BoxError && error.kind === 'not-found') return error;
    return during('could not select Stream')(error);
  }
}
