// A message body as it is shown: passed through the user's command when asked, in the form asked for, and safe for a
// terminal. In a pipe it is the very bytes.
import { messageOf } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { splitWords } from '#base/shlex.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Codec } from './records.ts';

export interface BodyFacts {
  /** The --translate command; `{{Subject}}` stands for the subject, `{{Stream}}` for the stream. */
  readonly translate?: string | undefined;
  readonly subject: string;
  readonly stream?: string | undefined;
  /** Without the blank lines behind it. */
  readonly compact?: boolean;
  /** How to show it; undefined leaves it alone, but for what a terminal must not see. */
  readonly codec?: Codec | undefined;
}

const utf8 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

/** What a failed --translate command wrote, and how it failed. */
class TranslateError extends Error {
  readonly output: Uint8Array;
  constructor(message: string, output: Uint8Array) {
    super(message);
    this.output = output;
  }
}

/** Runs the --translate command over a body; what it writes on stderr counts as output. Throws when it fails. */
export async function translateBody(runtime: Runtime, data: Uint8Array, facts: BodyFacts): Promise<Uint8Array> {
  const { translate, subject, stream = '' } = facts;
  if (!translate) return data;
  let line = translate;
  if (translate.includes('{{')) {
    const { compileTemplate } = await import('#base/template/template.ts');
    line = compileTemplate(translate, {
      functions: { Subject: () => subject, Stream: () => stream },
      exact: true,
    }).execute(undefined);
  }
  const { status, stdout } = await runtime.programs.run(splitWords(line), { stdin: data, merge: true });
  if (status !== 0) throw new TranslateError(`exit status ${status}`, stdout);
  return stdout;
}

async function shown(runtime: Runtime, data: Uint8Array, facts: BodyFacts): Promise<Uint8Array | string> {
  const tty = runtime.out.isTTY;
  if (!tty && (facts.codec === undefined || facts.codec === 'text')) return data;
  const [{ showPayload }, { parseJson, stringifyJson }] = await Promise.all([
    import('#view/payload.ts'),
    import('#base/json64.ts'),
  ]);
  const prettyJson = (text: string) => {
    try {
      return stringifyJson(parseJson(text), { indent: 2, escapeHtml: false });
    } catch {
      return undefined;
    }
  };
  return showPayload(data, {
    tty,
    mode: facts.codec ?? 'auto',
    columns: tty ? runtime.terminal.columns : 80,
    prettyJson,
  });
}

/** A body and the blank lines after it, as the original ends a message. An empty one is `nil body`. */
export async function bodyOutput(runtime: Runtime, data: Uint8Array, facts: BodyFacts): Promise<Uint8Array | string> {
  if (data.length === 0 && !facts.translate) return facts.compact ? 'nil body\n' : 'nil body\n\n\n';
  let body: Uint8Array | string;
  try {
    body = await shown(runtime, await translateBody(runtime, data, facts), facts);
  } catch (error) {
    const output = error instanceof TranslateError ? error.output : new Uint8Array(0);
    return `${quote(utf8(output))}\nError while translating msg body: ${messageOf(error)}\n\n`;
  }
  const ended = typeof body === 'string' ? body.endsWith('\n') : body.at(-1) === 10;
  const tail = facts.compact ? (ended ? '' : '\n') : ended ? '\n' : '\n\n\n';
  if (typeof body === 'string') return body + tail;
  return Buffer.concat([body, Buffer.from(tail)]);
}
