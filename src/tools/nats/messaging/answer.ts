// What `nats reply` says to a request.
import { messageOf } from '#base/errors.ts';
import { splitWords } from '#base/shlex.ts';
import type { Msg } from '#client/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { utf8 } from '#wire/bytes.ts';
import { MsgHeaders } from '#wire/headers.ts';
import type { HeaderLine } from './headers.ts';
import { headerValue } from './outgoing.ts';
import { createExpander, type Expander } from './templates.ts';

export interface Answer {
  readonly headers: MsgHeaders | undefined;
  readonly body: Uint8Array;
}

export interface AnswerPlan {
  readonly kind: 'echo' | 'command' | 'body';
  /** The body, or the command line. */
  readonly text: string;
  readonly headers: readonly HeaderLine[];
}

/** Makes the function that answers: `count` is the number of answers given before. */
export function createAnswerer(runtime: Runtime, plan: AnswerPlan): (request: Msg, count: number) => Promise<Answer> {
  const expander = createExpander(runtime);
  const template = utf8.encode(plan.text);
  return async (request, count) => {
    const headers = new MsgHeaders();
    for (const [name, value] of plan.headers) {
      headers.append(name, headerValue(expander.text, name, value, count));
    }
    let body: Uint8Array = request.data;
    if (plan.kind === 'echo') {
      for (const [name, value] of request.headers?.entries() ?? []) headers.append(name, value);
      headers.append('NATS-Reply-Counter', String(count));
    } else if (plan.kind === 'command') body = await runCommand(runtime, expander, plan.text, request, count);
    else body = fill(runtime, expander, template, request, count);
    return { headers: headers.size > 0 ? headers : undefined, body };
  };
}

function fill(runtime: Runtime, expander: Expander, template: Uint8Array, request: Msg, count: number): Uint8Array {
  try {
    return expander.bytes(template, { count, request: request.data });
  } catch (error) {
    runtime.log(`Could not parse body template: ${messageOf(error)}`);
    return template;
  }
}

/**
 * Runs the command and gives what it printed. The line is split into words before anything is filled in, so that what
 * others send us is always one argument, whatever blanks and quotes it holds.
 */
async function runCommand(
  runtime: Runtime,
  expander: Expander,
  line: string,
  request: Msg,
  count: number,
): Promise<Uint8Array> {
  const tokens = request.subject.split('.');
  const words = commandWords(line).map((word) => {
    const numbered = word.replace(/\{\{(\d+)\}\}/g, (all, n: string) => tokens[Number(n)] ?? all);
    try {
      return expander.text(numbered, { count, request: request.data });
    } catch (error) {
      runtime.log(`Could not parse command template: ${messageOf(error)}`);
      return numbered;
    }
  });
  if (runtime.globals['trace'] === true) runtime.log(`Executing: ${words.join(' ')}`);
  const env = { NATS_REQUEST_SUBJECT: request.subject, NATS_REQUEST_BODY: request.string() };
  try {
    const { status, stdout } = await runtime.programs.run(words, { env, merge: true });
    if (status !== 0) runtime.log(`Command ${JSON.stringify(words.join(' '))} failed to run: exit status ${status}`);
    return stdout;
  } catch (error) {
    runtime.log(`Command ${JSON.stringify(words.join(' '))} failed to run: ${messageOf(error)}`);
    return new Uint8Array(0);
  }
}

/** Splits a command line into words; blanks and quotes within `{{ }}` do not count. */
export function commandWords(line: string): string[] {
  const actions: string[] = [];
  const marked = line.replace(/\{\{.*?\}\}/gs, (action) => `\u{f0000}${actions.push(action) - 1}\u{f0001}`);
  return splitWords(marked).map((word) =>
    word.replace(/\u{f0000}(\d+)\u{f0001}/gu, (_all, n: string) => actions[Number(n)] as string),
  );
}
