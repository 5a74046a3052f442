// The system account as a source: one server by its name, or all there are.
import { BoxError, fail, messageOf } from '#base/errors.ts';
import { gather } from '#client/system/gather.ts';
import type { Connection, Msg } from '#client/types.ts';
import { answerOf } from '#view/top/answers.ts';
import {
  type Answer,
  type Connz,
  connzOf,
  emptyConnz,
  emptySample,
  emptyVarz,
  type Sample,
  type Varz,
  varzOf,
  type Want,
} from '#view/top/model.ts';
import { type Ask, asksFor, askVarz, type TopQuery } from './asks.ts';
import { type Asker, askAll, parsed, type TopSource, told } from './source.ts';

interface ApiAnswer {
  readonly server?: { readonly name?: string; readonly id?: string };
  readonly data?: unknown;
  readonly error?: { readonly description?: string; readonly code?: number };
}

const NO_SYSTEM = 'no results received, ensure the account used has system privileges and appropriate permissions';
/** Milliseconds after the last answer until no more are expected, when nobody knows how many there are. */
const STALL_MS = 300;
/** Milliseconds given to servers nobody knows of yet, after all known ones have answered. */
const NEWCOMER_MS = 50;

/** Turns what a request to the system account failed with into the words scripts know. */
function systemProblem(error: unknown): Error {
  if (error instanceof BoxError && error.kind === 'no-responders') return fail('denied', NO_SYSTEM);
  if (error instanceof BoxError && error.kind === 'timeout')
    return fail('timeout', 'nats: timeout', { retryable: true });
  return error as Error;
}

function apiAnswer(message: Msg): ApiAnswer {
  const answer = (parsed(message.string()) ?? {}) as ApiAnswer;
  if (answer.error) {
    throw fail('error', answer.error.description ?? 'the server refused the request', {
      ...(answer.error.code === undefined ? {} : { code: answer.error.code }),
    });
  }
  return answer;
}

/** Polls one server by its name over the system account. `timeoutMs` is for each request. */
export function systemSource(connection: Connection, name: string, timeoutMs: number): TopSource {
  let last: Varz = emptyVarz;
  const ask: Asker = async ({ subject, body }) => {
    const text = JSON.stringify({ ...body, server_name: name, exact_match: true });
    try {
      return apiAnswer(await connection.request(subject, text, { timeout: timeoutMs })).data;
    } catch (error) {
      throw systemProblem(error);
    }
  };
  return {
    async check() {
      await ask(askVarz);
    },
    async poll(query) {
      try {
        last = varzOf(await ask(askVarz));
        return [{ varz: last, ...(await askAll(ask, async (what) => connzOf(await ask(what)), query)), error: '' }];
      } catch (error) {
        return [{ ...emptySample, varz: last, error: messageOf(error) }];
      }
    },
  };
}

type Replies = ReadonlyMap<string, { readonly name: string; readonly data: unknown }>;

/** Polls every server of the cluster over the system account. */
export function clusterSource(connection: Connection, timeoutMs: number): TopSource {
  const seen = new Map<string, Varz>();
  const all = askEverybody(connection, timeoutMs);
  return {
    async check() {
      if ((await all(askVarz)).size === 0) throw fail('timeout', 'nats: timeout', { retryable: true });
    },
    async poll(query) {
      let problem = '';
      let up: Replies = new Map();
      let more: Found = { connz: new Map(), answers: new Map() };
      try {
        [up, more] = await Promise.all([all(askVarz), findAll(all, query)]);
        for (const [id, { data }] of up) seen.set(id, varzOf(data));
      } catch (error) {
        problem = messageOf(error);
      }
      const samples = [...seen].map(([id, varz]): Sample => {
        const error = up.has(id) ? '' : problem || 'no answer';
        return { varz, connz: more.connz.get(id) ?? emptyConnz, answers: more.answers.get(id) ?? {}, error };
      });
      const named = latest(samples, seen);
      if (named.length === 0) return [{ ...emptySample, error: problem || 'no answer' }];
      return named.sort((a, b) => (a.varz.server_name < b.varz.server_name ? -1 : 1));
    },
  };
}

/**
 * Asks all servers at once and gives their answers by their ids. Those that answered the same question before are waited
 * for, and a moment more for newcomers; the first time, and when one of them stays away, a short silence ends it.
 */
function askEverybody(connection: Connection, timeoutMs: number): (ask: Ask) => Promise<Replies> {
  const regulars = new Map<string, Set<string>>();
  return async ({ subject, body }) => {
    const key = subject + JSON.stringify(body);
    const missing = new Set(regulars.get(key));
    const found = new Map<string, { name: string; data: unknown }>();
    let complete: (count: number) => void = () => undefined;
    const expect = missing.size === 0 ? undefined : new Promise<number>((resolve) => (complete = resolve));
    let problem: unknown;
    const onAnswer = (message: Msg): void => {
      try {
        const { server, data } = apiAnswer(message);
        if (server?.id === undefined) return;
        found.set(server.id, { name: server.name ?? server.id, data });
        missing.delete(server.id);
      } catch (error) {
        problem = error;
      }
      if (missing.size === 0) setTimeout(complete, NEWCOMER_MS, 1);
    };
    const stall = missing.size === 0 ? STALL_MS : timeoutMs;
    try {
      await gather(connection, subject, JSON.stringify(body), { timeout: timeoutMs, expect, stall, onAnswer });
    } catch (error) {
      throw systemProblem(error);
    }
    if (problem !== undefined && found.size === 0) throw problem;
    regulars.set(key, new Set(found.keys()));
    return found;
  };
}

interface Found {
  readonly connz: Map<string, Connz>;
  readonly answers: Map<string, Partial<Record<Want, Answer>>>;
}

/** All that is wanted of all servers, by their ids. */
async function findAll(all: (ask: Ask) => Promise<Replies>, query: TopQuery): Promise<Found> {
  const found: Found = { connz: new Map(), answers: new Map() };
  const find = async (want: Want): Promise<void> => {
    const replies = await Promise.allSettled(asksFor(want, query).map(all));
    const good = replies.map((r): Replies => (r.status === 'fulfilled' ? r.value : new Map()));
    const bad = replies.find((r) => r.status === 'rejected');
    if (want === 'connections') {
      if (bad) throw bad.reason;
      for (const [id, { name, data }] of good[0] ?? []) found.connz.set(id, connzOf(data, name));
      return;
    }
    for (const id of new Set(good.flatMap((r) => [...r.keys()]))) {
      const datas = good.map((r) => r.get(id)?.data);
      found.answers.set(id, { ...found.answers.get(id), [want]: bad ? told(bad.reason) : answerOf(want, datas) });
    }
  };
  await Promise.all(query.wants.map(find));
  return found;
}

/** A server that came back has a new id: what is known of the old one under the same name is forgotten. */
function latest(samples: readonly Sample[], seen: Map<string, Varz>): Sample[] {
  const named = new Map<string, Sample>();
  for (const sample of samples) {
    const { server_name: name, server_id: id } = sample.varz;
    const before = named.get(name);
    if (!before || before.error !== '') {
      if (before) seen.delete(before.varz.server_id);
      named.set(name, sample);
    } else if (sample.error !== '') seen.delete(id);
  }
  return [...named.values()];
}
