// One question to the servers, their answers printed as they are.
import { stringifyJson } from '#base/json64.ts';
import { any, list, obj, str } from '#cli/schema.ts';
import type { SystemSource } from '#client/system/source.ts';
import type { Answer, Endpoint, Endpoints, ServerFilter } from '#client/system/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { reportAbsent } from '../absent.ts';
import { knownAnswer } from '../known.ts';
import { domainFilter, openSource } from '../source.ts';

/** Shape of the answers: who, and what or why not. */
export const answersOutput = list(obj({ server: obj({ name: str, id: str }), 'data?': any, 'error?': any }));

/** How many answers to wait for. */
export const waitArg = { wait: { type: 'uint', help: 'How many answers to wait for' } } as const;

/** The flags of the group that choose servers. */
export interface RequestFlags {
  readonly name?: string | undefined;
  readonly host?: string | undefined;
  readonly cluster?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly archive?: string | undefined;
}

/** The filter those flags stand for. */
export async function requestFilter(runtime: Runtime, flags: RequestFlags): Promise<ServerFilter> {
  return {
    ...(flags.name ? { server_name: flags.name } : {}),
    ...(flags.host ? { host: flags.host } : {}),
    ...(flags.cluster ? { cluster: flags.cluster } : {}),
    ...(flags.tags && flags.tags.length > 0 ? { tags: flags.tags } : {}),
    ...(await domainFilter(runtime)),
    exact_match: true,
  };
}

/** Answers, and where they are from. */
export interface Asked<T> {
  readonly answers: readonly Answer<T>[];
  readonly source: SystemSource;
}

/** Asks an endpoint of the servers chosen. */
export async function askServers<K extends Endpoint>(
  runtime: Runtime,
  endpoint: K,
  flags: RequestFlags,
  wait: bigint | undefined,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Asked<Endpoints[K]>> {
  const expect = wait || (flags.host || flags.name ? 1n : undefined);
  const source = await openSource(runtime, { archive: flags.archive, expect });
  return { source, answers: await source.ask(endpoint, { ...options, ...(await requestFilter(runtime, flags)) }) };
}

/** Prints answers, a line of JSON each, and says who is missing. */
export async function showAnswers<T>(
  runtime: Runtime,
  asked: Asked<T>,
  shown: readonly Answer<T>[] = asked.answers,
): Promise<void> {
  const text = () => shown.map((answer) => `${stringifyJson(knownAnswer(answer))}\n`).join('');
  await runtime.show({ data: shown, text });
  const names = asked.answers.map((answer) => answer.server.name);
  await reportAbsent(runtime, asked.source, names);
}
