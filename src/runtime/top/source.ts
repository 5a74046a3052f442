// Where the figures of nats-top come from: monitoring ports, or the system account.
import { BoxError, fail, messageOf } from '#base/errors.ts';
import type { Connection, Msg } from '#client/types.ts';
import {
  type Connz,
  connzOf,
  emptyConnz,
  emptyVarz,
  parseAnswer,
  type Sample,
  type Varz,
  varzOf,
} from '#view/top/model.ts';
import { type MonitorTarget, monitorGet } from './http.ts';

/** What a poll asks for. */
export interface TopQuery {
  readonly limit: number;
  readonly sort: string;
  readonly subs: boolean;
}

/** A place to poll. */
export interface TopSource {
  /** Asks for the figures of the server alone; throws what is wrong. */
  check(): Promise<void>;
  /** One sample per server, in a steady order. Failures of a server are told in its sample. */
  poll(query: TopQuery, signal?: AbortSignal): Promise<readonly Sample[]>;
}

const blank: Sample = { varz: emptyVarz, connz: emptyConnz, error: '' };

function parsed<T>(body: string, take: (answer: unknown) => T): T {
  try {
    return take(parseAnswer(body));
  } catch (error) {
    throw fail('error', `could not read the answer of the server: ${messageOf(error)}`);
  }
}

/** Polls monitoring ports. With more than one, connections carry the name of their server. */
export function httpSource(targets: readonly MonitorTarget[]): TopSource {
  const many = targets.length > 1;
  const last = new Map<MonitorTarget, Varz>();
  const one = async (target: MonitorTarget, query: TopQuery, signal?: AbortSignal): Promise<Sample> => {
    let varz = last.get(target) ?? emptyVarz;
    try {
      varz = parsed(await monitorGet(target, '/varz', signal), varzOf);
      last.set(target, varz);
      const path = `/connz?limit=${query.limit}&sort=${encodeURIComponent(query.sort)}${query.subs ? '&subs=1' : ''}`;
      const body = await monitorGet(target, path, signal);
      const connz = parsed(body, (answer) => connzOf(answer, many ? varz.server_name : undefined));
      return { varz, connz, error: '' };
    } catch (error) {
      if (signal?.aborted) throw error;
      const named = varz === emptyVarz && many ? { ...emptyVarz, server_name: target.base } : varz;
      return { varz: named, connz: emptyConnz, error: messageOf(error) };
    }
  };
  return {
    async check() {
      const answers = await Promise.allSettled(targets.map(async (t) => parsed(await monitorGet(t, '/varz'), varzOf)));
      const bad = answers.find((a) => a.status === 'rejected');
      if (bad && answers.every((a) => a.status === 'rejected')) throw bad.reason;
    },
    poll: (query, signal) => Promise.all(targets.map((target) => one(target, query, signal))),
  };
}

interface ApiAnswer {
  readonly server?: { readonly name?: string; readonly id?: string };
  readonly data?: unknown;
  readonly error?: { readonly description?: string; readonly code?: number };
}

const NO_SYSTEM = 'no results received, ensure the account used has system privileges and appropriate permissions';

/** Turns what a request to the system account failed with into the words scripts know. */
function systemProblem(error: unknown): Error {
  if (error instanceof BoxError && error.kind === 'no-responders') return fail('denied', NO_SYSTEM);
  if (error instanceof BoxError && error.kind === 'timeout')
    return fail('timeout', 'nats: timeout', { retryable: true });
  return error as Error;
}

function answerOf(message: Msg): ApiAnswer {
  const answer = parsed(message.string(), (a) => a as ApiAnswer);
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
  const ask = async (what: 'VARZ' | 'CONNZ', more: object = {}): Promise<unknown> => {
    const body = JSON.stringify({ ...more, server_name: name, exact_match: true });
    try {
      return answerOf(await connection.request(`$SYS.REQ.SERVER.PING.${what}`, body, { timeout: timeoutMs })).data;
    } catch (error) {
      throw systemProblem(error);
    }
  };
  return {
    async check() {
      await ask('VARZ');
    },
    async poll(query) {
      try {
        last = varzOf(await ask('VARZ'));
        const connz = connzOf(await ask('CONNZ', connzOptions(query)));
        return [{ varz: last, connz, error: '' }];
      } catch (error) {
        return [{ ...blank, varz: last, error: messageOf(error) }];
      }
    },
  };
}

function connzOptions(query: TopQuery): object {
  return { sort: query.sort, limit: query.limit, subscriptions: query.subs };
}

/** Polls every server of the cluster over the system account. */
export function clusterSource(connection: Connection, timeoutMs: number): TopSource {
  const seen = new Map<string, Varz>();
  const all = async (what: 'VARZ' | 'CONNZ', more: object): Promise<Map<string, { name: string; data: unknown }>> => {
    const found = new Map<string, { name: string; data: unknown }>();
    const request = connection.requestMany(`$SYS.REQ.SERVER.PING.${what}`, JSON.stringify(more), {
      maxWait: timeoutMs,
      // Servers that are known to be there need not be waited for any longer than they take.
      ...(seen.size > 0 ? { maxMessages: seen.size } : {}),
      stall: 300,
    });
    try {
      for await (const message of request) {
        const { server, data } = answerOf(message);
        if (server?.id) found.set(server.id, { name: server.name ?? server.id, data });
      }
    } catch (error) {
      throw systemProblem(error);
    }
    return found;
  };
  return {
    async check() {
      if ((await all('VARZ', {})).size === 0) throw fail('timeout', 'nats: timeout', { retryable: true });
    },
    async poll(query) {
      let problem = '';
      let varzs = new Map<string, { name: string; data: unknown }>();
      const connz = new Map<string, Connz>();
      try {
        varzs = await all('VARZ', {});
        for (const [id, { name, data }] of await all('CONNZ', connzOptions(query))) connz.set(id, connzOf(data, name));
      } catch (error) {
        problem = messageOf(error);
      }
      for (const [id, { data }] of varzs) seen.set(id, varzOf(data));
      const samples = [...seen].map(([id, varz]): Sample => {
        const gone = varzs.has(id) ? '' : problem || 'no answer';
        return { varz, connz: connz.get(id) ?? emptyConnz, error: gone };
      });
      // A server that came back has a new id: the old one under the same name is of no use.
      const named = new Map<string, Sample>();
      for (const sample of samples) {
        const before = named.get(sample.varz.server_name);
        if (!before || before.error !== '') {
          if (before) seen.delete(before.varz.server_id);
          named.set(sample.varz.server_name, sample);
        } else if (sample.error !== '') seen.delete(sample.varz.server_id);
      }
      if (named.size === 0) return [{ ...blank, error: problem || 'no answer' }];
      return [...named.values()].sort((a, b) => (a.varz.server_name < b.varz.server_name ? -1 : 1));
    },
  };
}
