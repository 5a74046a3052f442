// One question, many answers: how servers are asked over the system account.
import { fail } from '#base/errors.ts';
import type { Connection, Msg } from '../types.ts';

/** How long, and for how many answers, to wait. */
export interface GatherOptions {
  /** Milliseconds for the whole exchange; the first answer may take all of them. */
  readonly timeout: number;
  /** Ends after so many answers; 0 or undefined: the number is not known. A promise may tell it late. */
  readonly expect?: number | Promise<number | undefined> | undefined;
  /** Milliseconds without an answer, after the first one, that end it when the number was not known at first. Default 300. */
  readonly stall?: number;
  readonly signal?: AbortSignal;
  /** Sees questions and answers: the --trace of the tools. */
  readonly trace?: ((direction: 'request' | 'answer', subject: string, body: string) => void) | undefined;
  /** Called for each answer as it comes, with the milliseconds since the question. */
  readonly onAnswer?: (msg: Msg, elapsed: number) => void;
}

const privileges = 'ensure the account used has system privileges and appropriate permissions';

/** What to do when nobody answers on a system subject. */
export const systemHint = 'log in as a user of the system account: --user and --password, --creds, or a context for it';

/** The error of a system subject nobody answers: the login is not one of the system account. */
export function noPrivileges(what = 'server request failed') {
  return fail('no-responders', `${what}, ${privileges}`, { hint: systemHint });
}

/**
 * Sends one question and collects the answers until as many came as are expected, until none came for a while, or until
 * the time is over. Rejects `no-responders` when nobody listens. No answers at all are an empty list, not an error.
 */
export async function gather(
  connection: Connection,
  subject: string,
  body: string,
  options: GatherOptions,
): Promise<Msg[]> {
  const answers: Msg[] = [];
  const stall = options.stall ?? 300;
  let slowest = 0;
  const late = options.expect instanceof Promise ? options.expect : undefined;
  let expect = options.expect instanceof Promise ? undefined : options.expect || undefined;
  const adaptive = expect === undefined;
  options.trace?.('request', subject, body);
  const started = performance.now();
  await new Promise<void>((resolve, reject) => {
    const inbox = connection.newInbox();
    let quiet: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const over = (error?: unknown): void => {
      isOver = true;
      clearTimeout(quiet);
      clearTimeout(deadline);
      options.signal?.removeEventListener('abort', abort);
      subscription.unsubscribe();
      if (error) reject(error);
      else resolve();
    };
    const abort = (): void => over(options.signal?.reason ?? fail('error', 'interrupted'));
    const isComplete = (): boolean => expect !== undefined && answers.length >= expect;
    // Who is known to be missing gets more time: two seconds, or five times what the slowest of the others took.
    const patience = (): number => (expect === undefined ? stall : Math.max(stall, 2000, 5 * slowest));
    const listen = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(over, patience());
    };
    const subscription = connection.subscribe(inbox, {
      callback: (msg) => {
        if (msg.data.length === 0 && msg.headers?.code === 503) {
          over(noPrivileges());
          return;
        }
        options.trace?.('answer', subject, msg.string());
        answers.push(msg);
        slowest = performance.now() - started;
        options.onAnswer?.(msg, slowest);
        if (isComplete()) over();
        else if (adaptive) listen();
      },
    });
    const deadline = setTimeout(over, options.timeout);
    options.signal?.addEventListener('abort', abort);
    void subscription.closed.then((error) => {
      if (error) over(error);
    });
    late?.then(
      (count) => {
        expect = count;
        if (answers.length === 0 || isOver) return;
        if (isComplete()) over();
        else listen();
      },
      () => undefined,
    );
    try {
      connection.publish(subject, body, { reply: inbox });
    } catch (error) {
      over(error);
    }
  });
  return answers;
}
