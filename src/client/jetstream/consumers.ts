import { type JetStream, paged } from './api.ts';
import type { ConsumerConfig, ConsumerInfo, Int, Placement, Time } from './types.ts';

export type ConsumerAction = 'create' | 'update' | undefined;

/**
 * Creates or updates a consumer. `action` demands one of the two (server 2.10). The subject carries name and single
 * filter, so that permissions can tell consumers apart (ADR-20 of the server's API).
 */
export function createConsumer(
  js: JetStream,
  stream: string,
  config: ConsumerConfig,
  action?: ConsumerAction,
): Promise<ConsumerInfo> {
  const name = config.name ?? config.durable_name;
  const filter = config.filter_subject;
  const body = { stream_name: stream, config, ...(action ? { action } : {}) };
  if (name === undefined) return js.request(`CONSUMER.CREATE.${stream}`, body);
  return js.request(`CONSUMER.CREATE.${stream}.${name}${filter ? `.${filter}` : ''}`, body);
}

export function consumerInfo(js: JetStream, stream: string, name: string): Promise<ConsumerInfo> {
  return js.request(`CONSUMER.INFO.${stream}.${name}`);
}

export async function deleteConsumer(js: JetStream, stream: string, name: string): Promise<void> {
  await js.request(`CONSUMER.DELETE.${stream}.${name}`);
}

type Names = { consumers: string[] | null; total: number; offset: number; limit: number };
type List = { consumers: ConsumerInfo[] | null; missing?: string[]; total: number; offset: number; limit: number };

export function consumerNames(js: JetStream, stream: string): AsyncGenerator<string> {
  return paged<Names, string>(js, `CONSUMER.NAMES.${stream}`, {}, (a) => a.consumers);
}

/** All consumers of a stream; `missing` collects those that did not answer in time. */
export async function* listConsumers(js: JetStream, stream: string, missing?: string[]): AsyncGenerator<ConsumerInfo> {
  yield* paged<List, ConsumerInfo>(js, `CONSUMER.LIST.${stream}`, {}, (a) => {
    for (const name of a.missing ?? []) if (!missing?.includes(name)) missing?.push(name);
    return a.consumers;
  });
}

export interface PauseAnswer {
  readonly paused: boolean;
  readonly pause_until: Time;
  readonly pause_remaining?: Int;
}

/** Pauses until a time; without one, resumes. */
export function pauseConsumer(js: JetStream, stream: string, name: string, until?: Time): Promise<PauseAnswer> {
  return js.request(`CONSUMER.PAUSE.${stream}.${name}`, until ? { pause_until: until } : {});
}

/** Takes the pinned client of a priority group off (ADR-42). */
export async function unpinConsumer(js: JetStream, stream: string, name: string, group: string): Promise<void> {
  await js.request(`CONSUMER.UNPIN.${stream}.${name}`, { group });
}

/** Starts the consumer again, at `seq` when given (server 2.14). */
export function resetConsumer(
  js: JetStream,
  stream: string,
  name: string,
  seq?: Int,
): Promise<ConsumerInfo & { reset_seq: Int }> {
  return js.request(`CONSUMER.RESET.${stream}.${name}`, seq === undefined ? {} : { seq });
}

export async function consumerStepDown(
  js: JetStream,
  stream: string,
  name: string,
  placement?: Placement,
): Promise<void> {
  await js.request(`CONSUMER.LEADER.STEPDOWN.${stream}.${name}`, placement ? { placement } : undefined);
}
