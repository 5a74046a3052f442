// What the parts of a capture share: the servers, the archive, the log, and who stopped answering.
import type { ArchiveWriter } from '#client/system/archive-write.ts';
import { gather } from '#client/system/gather.ts';
import { answerOf, type LiveSource } from '#client/system/source.ts';
import type { Answer, ServerIdentity, ServerProblem } from '#client/system/types.ts';

/** A capture that is under way. */
export interface Capture {
  readonly live: LiveSource;
  readonly archive: ArchiveWriter;
  /** Milliseconds to wait for an answer. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Ask for all that servers can tell. */
  readonly details: boolean;
  readonly withConsumers: boolean;
  /** The servers that answered first, by id. Others that come later are left out. */
  readonly servers: ReadonlyMap<string, ServerIdentity>;
  /** Ids of servers that stopped answering: they are not asked again. */
  readonly lost: Set<string>;
  /** Which servers know an account. */
  readonly accounts: Map<string, Set<string>>;
  systemAccount: string;
  /** Progress. */
  info(text: string): void;
  /** What went wrong; the capture goes on. */
  problem(text: string): void;
}

/** Entries a server puts in one answer at most. */
export const page = 1024;

/** The tags that say where a document is from. */
export function placeTags(server: ServerIdentity): { server: string; cluster: string } {
  return { server: server.name, cluster: server.cluster || 'unclustered' };
}

/** Does it for all, so many at a time. */
export async function inParallel<T>(items: Iterable<T>, width: number, run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, queue.length) }, worker));
}

/** Asks one server; undefined, with the reason in the log, when there is no usable answer. */
export async function askServer<T>(
  capture: Capture,
  server: ServerIdentity,
  what: string,
  body: unknown,
  timeout = capture.timeout,
): Promise<Answer<T> | undefined> {
  if (capture.lost.has(server.id)) return undefined;
  const [first] = await ask(capture, `$SYS.REQ.SERVER.${server.id}.${what}`, body, 1, timeout);
  if (!first) {
    capture.problem(`Failed to request ${what} from server ${server.name}: no answer`);
    return undefined;
  }
  const answer = answerOf<Answer<T>>(first);
  if (!answer.error) return answer;
  reportProblem(capture, answer.server ?? server, answer.error);
  return undefined;
}

/** One answer of each known server; errors and strangers go to the log. */
export async function askAll<T>(
  capture: Capture,
  subject: string,
  body: unknown,
  expect: number,
): Promise<Answer<T>[]> {
  const found = new Map<string, Answer<T>>();
  for (const msg of await ask(capture, subject, body, expect, capture.timeout)) {
    const answer = answerOf<Answer<T>>(msg);
    if (!answer.server || !capture.servers.has(answer.server.id)) continue;
    if (answer.error) reportProblem(capture, answer.server, answer.error);
    else if (!found.has(answer.server.id)) found.set(answer.server.id, answer);
  }
  return [...found.values()];
}

function ask(capture: Capture, subject: string, body: unknown, expect: number, timeout: number) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const options = { timeout, expect, signal: capture.signal };
  return gather(capture.live.connection, subject, text, options).catch((error: unknown) => {
    capture.signal.throwIfAborted();
    if (capture.live.connection.isClosed) throw error;
    return [];
  });
}

function reportProblem(capture: Capture, server: ServerIdentity, problem: ServerProblem & { err_code?: number }): void {
  capture.problem(
    `Received an error from server ${server.name}: (${problem.err_code ?? 0}) ${problem.description ?? 'unknown error'}`,
  );
}
