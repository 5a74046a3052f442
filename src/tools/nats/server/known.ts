// What servers say in 2.15 and did not before, left out where scripts read the answers as they always were: lines of
// text and --json. All of it is in --as json.
import type { Answer } from '#client/system/types.ts';

type Facts = Readonly<Record<string, unknown>>;

const without = (value: unknown, ...keys: readonly string[]): unknown => {
  if (value === null || typeof value !== 'object' || !keys.some((key) => key in value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
};

/** An object with some of its members put through functions; others, and members that are not there, stay. */
function mapped(value: unknown, members: Readonly<Record<string, (member: unknown) => unknown>>): unknown {
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, member]) => [key, members[key]?.(member) ?? member]);
  return Object.fromEntries(entries);
}

const limits = (value: unknown): unknown => without(value, 'default_max_consumers');
const meta = (value: unknown): unknown => without(value, 'quorum_needed');

/** JetStream as part of statistics and variables. */
const jetstream = (value: unknown): unknown => mapped(value, { limits, meta });

/** The data of an answer as older servers gave it. */
export function knownData<T>(data: T): T {
  const old = mapped(without(data, 'disk_io_wait_stats'), { jetstream, limits, meta_cluster: meta });
  return old as T;
}

/** An answer as older servers gave it. */
export function knownAnswer<T>(answer: Answer<T>): Answer<T> {
  if (answer.data === undefined) return answer;
  if (answer.data === null) return without(answer, 'data') as Answer<T>;
  return { ...answer, data: knownData(answer.data as Facts) as T };
}
