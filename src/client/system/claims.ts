// Account tokens in the resolvers of servers: `$SYS.REQ.CLAIMS.*` and `$SYS.REQ.ACCOUNT.*.CLAIMS.*`, for connections of
// the system account.
import { BoxError, fail } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import type { Connection, Msg } from '../types.ts';
import { type GatherOptions, gather } from './gather.ts';

/** Milliseconds a resolver may take for everything it holds. */
const PACK_TIME = 60_000;

export type ClaimsVerb = 'UPDATE' | 'LIST' | 'DELETE';

/** What one server answered. */
export interface ClaimsAnswer {
  readonly server: string;
  /** What it gave: an object with a message, or for LIST the public keys of accounts. */
  readonly data?: unknown;
  /** Why it refused. */
  readonly error?: string;
}

export interface ClaimsOptions {
  /** Milliseconds to wait for answers. */
  readonly timeout: number;
  /** How many servers there are: when all have answered nobody is waited for. */
  readonly servers?: number | undefined;
  readonly signal?: AbortSignal;
}

interface ServerAnswer {
  readonly server?: { readonly name?: string };
  readonly error?: { readonly description?: string };
  readonly data?: unknown;
}

/** The document of an answer; undefined when it is none. */
function parse(msg: Msg): ServerAnswer | undefined {
  try {
    return parseJson(msg.string()) as ServerAnswer;
  } catch {
    return undefined;
  }
}

function read(msg: Msg): ClaimsAnswer {
  const answer = parse(msg);
  if (!answer) return { server: '', error: `failed to parse response: ${msg.string()}` };
  const server = answer.server?.name ?? '';
  if (server === '') return { server, error: `server responded without server name in info: ${msg.string()}` };
  if (answer.error)
    return { server, error: `server ${server} responded with error: ${answer.error.description ?? ''}` };
  const { data } = answer;
  if (data === undefined || data === null)
    return { server, error: `server ${server} responded without data: ${msg.string()}` };
  return { server, data };
}

/** Asks all servers. An empty list says that none with a resolver of its own answered in time. */
export async function askClaims(
  connection: Connection,
  verb: ClaimsVerb,
  body: string,
  { timeout, servers, signal }: ClaimsOptions,
): Promise<ClaimsAnswer[]> {
  try {
    const answers = await gather(connection, `$SYS.REQ.CLAIMS.${verb}`, body, {
      timeout,
      stall: timeout,
      ...(servers ? { expect: servers } : {}),
      ...(signal ? { signal } : {}),
    });
    return answers.map(read);
  } catch (error) {
    if (error instanceof BoxError && error.kind === 'no-responders') return [];
    throw error;
  }
}

/**
 * All tokens that a server's resolver holds, in the order they come; an empty message ends them. `stall`: milliseconds
 * between two of them after which the answer counts as broken off.
 */
export async function packClaims(connection: Connection, stall: number): Promise<string[]> {
  const tokens: string[] = [];
  let ended = false;
  const sentinel = (msg: Msg) => {
    ended = msg.data.length === 0;
    return ended;
  };
  for await (const msg of connection.requestMany('$SYS.REQ.CLAIMS.PACK', '', { maxWait: PACK_TIME, stall, sentinel })) {
    const [, token, ...more] = msg.string().split('|');
    if (token === undefined || more.length > 0) throw fail('error', 'pull response bad');
    tokens.push(token);
  }
  if (ended) return tokens;
  throw fail('timeout', 'failed to get response to pull: nats: timeout', {
    hint: 'only servers with a full resolver hold accounts to pull',
  });
}

/** What one server said to a new token of an account. */
export interface ClaimsUpdate {
  /** Empty when the answer did not tell. */
  readonly server: string;
  /** What went wrong; undefined when the server took it. */
  readonly error?: string;
}

/**
 * Gives all servers a new token of an account they know, whatever their resolver; `onUpdate` hears of each answer as it
 * comes. Rejects `no-responders` when the login is not one of the system account.
 */
export async function updateAccountClaims(
  connection: Connection,
  account: string,
  token: string,
  { onUpdate, ...options }: Omit<GatherOptions, 'onAnswer'> & { readonly onUpdate: (update: ClaimsUpdate) => void },
): Promise<ClaimsUpdate[]> {
  const updates: ClaimsUpdate[] = [];
  await gather(connection, `$SYS.REQ.ACCOUNT.${account}.CLAIMS.UPDATE`, token, {
    ...options,
    onAnswer(msg) {
      const answer = parse(msg);
      const server = answer?.server?.name ?? '';
      const error = answer ? answer.error && (answer.error.description ?? 'unknown error') : 'invalid JSON response';
      const update = error === undefined ? { server } : { server, error };
      updates.push(update);
      onUpdate(update);
    },
  });
  return updates;
}

/** The token a server has of an account; empty when none answers with one. */
export async function lookupAccountClaims(
  connection: Connection,
  account: string,
  options: Omit<GatherOptions, 'expect'>,
): Promise<string> {
  const [answer] = await gather(connection, `$SYS.REQ.ACCOUNT.${account}.CLAIMS.LOOKUP`, '', { ...options, expect: 1 });
  return answer?.string().trim() ?? '';
}
