// A message body as text: passed through the user's command when asked, and safe for a terminal.
import { messageOf } from '#base/errors.ts';
import { splitWords } from '#base/shlex.ts';
import { visible } from '#base/visible.ts';
import type { Runtime } from '#runtime/runtime.ts';

export interface BodyFacts {
  /** The --translate command; `{{Subject}}` in its words stands for the subject, `{{Stream}}` for the stream. */
  readonly translate?: string | undefined;
  readonly subject: string;
  readonly stream?: string | undefined;
}

/** Runs the --translate command over a body. Throws when it cannot be run or fails. */
export async function translateBody(runtime: Runtime, data: Uint8Array, facts: BodyFacts): Promise<Uint8Array> {
  if (!facts.translate) return data;
  const fill = (word: string) =>
    word
      .replaceAll(/\{\{\s*\.?Subject\s*\}\}/g, facts.subject)
      .replaceAll(/\{\{\s*\.?Stream\s*\}\}/g, facts.stream ?? '');
  const { status, stdout, stderr } = await runtime.programs.run(splitWords(facts.translate).map(fill), { stdin: data });
  if (status !== 0) throw new Error(`exit status ${status}: ${Buffer.from(stderr).toString('utf8').trim()}`);
  return stdout;
}

/** A body and the blank lines after it, as the original ends a message. An empty one is `nil body`. */
export async function bodyText(runtime: Runtime, data: Uint8Array, facts: BodyFacts): Promise<string> {
  if (data.length === 0 && !facts.translate) return 'nil body\n\n\n';
  const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
  let text: string;
  try {
    text = decode(await translateBody(runtime, data, facts));
  } catch (error) {
    return `${JSON.stringify(decode(data))}\nError while translating msg body: ${messageOf(error)}\n\n`;
  }
  const shown = runtime.terminal.isTTY ? visible(text) : text;
  return shown.endsWith('\n') ? `${shown}\n` : `${shown}\n\n\n`;
}
