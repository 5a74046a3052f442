// Where the figures of nats-top come from: here the monitoring ports, in cluster.ts the system account.
import { fail, messageOf } from '#base/errors.ts';
import { answerOf, noAnswer } from '#view/top/answers.ts';
import {
  type Answer,
  type Connz,
  emptySample,
  emptyVarz,
  parseAnswer,
  type Sample,
  type Varz,
  varzOf,
  type Want,
} from '#view/top/model.ts';
import { type Ask, asksFor, askVarz, type TopQuery } from './asks.ts';
import { readConnz } from './connz.ts';
import { type MonitorTarget, monitorGet } from './http.ts';

/** A place to poll. */
export interface TopSource {
  /** Asks for the figures of the server alone; throws what is wrong. */
  check(): Promise<void>;
  /** One sample per server, in a steady order. Failures of a server are told in its sample. */
  poll(query: TopQuery, signal?: AbortSignal): Promise<readonly Sample[]>;
}

/** A reply as data. Throws `error` for what no NATS server says. */
export function parsed(body: string | Uint8Array): unknown {
  const bad = (why: string) =>
    fail('error', `could not unmarshal statz json: ${why}`, { hint: 'is this the monitoring port of a NATS server?' });
  let answer: unknown;
  try {
    answer = parseAnswer(typeof body === 'string' ? body : new TextDecoder().decode(body));
  } catch (error) {
    throw bad(messageOf(error));
  }
  if (typeof answer !== 'object' || Array.isArray(answer)) throw bad('the answer is no object');
  return answer;
}

/** Asks one server one question. */
export type Asker = (ask: Ask) => Promise<unknown>;

/**
 * All that is wanted of one server, one after the other; what fails for a page is told on that page. `connections` asks
 * for the connections.
 */
export async function askAll(
  ask: Asker,
  connections: (ask: Ask) => Promise<Connz>,
  query: TopQuery,
): Promise<Pick<Sample, 'connz' | 'answers'>> {
  const answers: Partial<Record<Want, Answer>> = {};
  let connz: Connz = emptySample.connz;
  for (const want of query.wants) {
    const asks = asksFor(want, query);
    if (want === 'connections') connz = await connections(asks[0] as Ask);
    else answers[want] = await Promise.all(asks.map(ask)).then((replies) => answerOf(want, replies), told);
  }
  return { connz, answers };
}

/** An answer that is an error. */
export function told(error: unknown): Answer {
  return { ...noAnswer, error: messageOf(error) };
}

/** Polls monitoring ports. With more than one, connections carry the name of their server. */
export function httpSource(targets: readonly MonitorTarget[]): TopSource {
  const many = targets.length > 1;
  const last = new Map<MonitorTarget, Varz>();
  const one = async (target: MonitorTarget, query: TopQuery, signal?: AbortSignal): Promise<Sample> => {
    let varz = last.get(target) ?? emptyVarz;
    const get: Asker = async ({ path }) => parsed(await monitorGet(target, path, signal));
    const connections = async ({ path }: Ask): Promise<Connz> =>
      readConnz(await monitorGet(target, path, signal), many ? varz.server_name : undefined, parsed);
    try {
      varz = varzOf(await get(askVarz));
      last.set(target, varz);
      return { varz, ...(await askAll(get, connections, query)), error: '' };
    } catch (error) {
      if (signal?.aborted) throw error;
      const named = varz === emptyVarz && many ? { ...emptyVarz, server_name: target.base } : varz;
      return { ...emptySample, varz: named, error: messageOf(error) };
    }
  };
  return {
    async check() {
      const answers = await Promise.allSettled(targets.map(async (t) => parsed(await monitorGet(t, '/varz'))));
      const bad = answers.find((a) => a.status === 'rejected');
      if (bad && answers.every((a) => a.status === 'rejected')) throw bad.reason;
    },
    poll: (query, signal) => Promise.all(targets.map((target) => one(target, query, signal))),
  };
}
