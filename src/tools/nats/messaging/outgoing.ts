// From what the user typed to messages: bodies from the command line, from standard input or from records, templates
// filled in, headers added.
import { fail, messageOf } from '#base/errors.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { utf8 } from '#wire/bytes.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { type HeaderLine, oneLine } from './headers.ts';
import { readsStdin, stdinBodies } from './input.ts';
import type { Expander } from './templates.ts';

/** A message ready to go. */
export interface Outgoing {
  readonly subject: string;
  readonly headers: MsgHeaders | undefined;
  readonly body: Uint8Array;
  /** Where it stands in the records. */
  readonly line?: number;
}

/** What publish and request know about their messages. */
export interface Drafts {
  readonly subject: string;
  /** Undefined: none given. */
  readonly body: string | undefined;
  readonly headers: readonly HeaderLine[];
  /** How often each body goes out; at least 1. */
  readonly count: number;
  readonly templates: boolean;
  readonly forceStdin: boolean;
  readonly sendOn: 'newline' | 'eof';
  /** Every line of standard input is a record. */
  readonly records: boolean;
  /** Do not say that standard input is read. */
  readonly quiet: boolean;
}

/** Whether the bodies come from standard input. */
export function fromStdin(drafts: Drafts, runtime: Runtime): boolean {
  return drafts.records || readsStdin(runtime, drafts.body !== undefined, drafts.forceStdin);
}

/**
 * The messages in groups; what belongs to one group was available at the same time. Templates that cannot be read are
 * reported and go out as they are; a broken one in a header is an error.
 */
export async function* outgoing(drafts: Drafts, runtime: Runtime): AsyncGenerator<AsyncIterable<Outgoing>> {
  const stdin = fromStdin(drafts, runtime);
  if (stdin && !drafts.quiet) runtime.log('Reading payload from STDIN');
  if (drafts.records) {
    const line = { number: 0 };
    for await (const group of stdinBodies(runtime, 'newline')) yield recorded(drafts, group, line);
    return;
  }
  const fill = filler(drafts, runtime);
  if (!stdin) {
    yield repeated(drafts, fill, [utf8.encode(drafts.body ?? '')]);
    return;
  }
  for await (const group of stdinBodies(runtime, drafts.sendOn)) yield repeated(drafts, fill, group);
}

type Fill = (body: Uint8Array, count: number) => Promise<Outgoing>;

async function* repeated(drafts: Drafts, fill: Fill, bodies: readonly Uint8Array[]): AsyncGenerator<Outgoing> {
  for (const body of bodies) for (let i = 1; i <= drafts.count; i++) yield await fill(body, i);
}

async function* recorded(
  drafts: Drafts,
  lines: readonly Uint8Array[],
  at: { number: number },
): AsyncGenerator<Outgoing> {
  const { readRecord } = await import('./records.ts');
  for (const line of lines) {
    at.number++;
    if (line.length === 0) continue;
    let message: import('./records.ts').RecordedMessage;
    try {
      message = readRecord(line);
    } catch (error) {
      throw fail('usage', `line ${at.number}: ${messageOf(error)}`, {
        hint: '"nats sub SUBJECT --as ndjson" writes records',
      });
    }
    const headers = message.headers ?? (drafts.headers.length > 0 ? new MsgHeaders() : undefined);
    for (const [name, value] of drafts.headers) headers?.append(name, value);
    yield { subject: subjectFor(drafts.subject, message.subject), headers, body: message.data, line: at.number };
  }
}

/** A subject that ends in `>` takes the subject of the record in its place. */
function subjectFor(pattern: string, recorded: string): string {
  return pattern === '>' || pattern.endsWith('.>') ? pattern.slice(0, -1) + recorded : pattern;
}

function filler(drafts: Drafts, runtime: Runtime): Fill {
  let expander: Expander | undefined;
  const load = async () => (expander ??= (await import('./templates.ts')).createExpander(runtime));
  const { headers, subject, templates } = drafts;
  const templatedHeaders = headers.some(([, value]) => value.includes('{{'));
  const plainHeaders = headers.length > 0 && !templatedHeaders ? MsgHeaders.from(headers) : undefined;

  async function headersFor(count: number): Promise<MsgHeaders | undefined> {
    if (!templatedHeaders) return plainHeaders;
    const { text } = await load();
    return MsgHeaders.from(headers.map(([name, value]) => [name, headerValue(text, name, value, count)] as const));
  }

  async function attempt<T>(what: string, original: T, make: () => Promise<T>): Promise<T> {
    try {
      return await make();
    } catch (error) {
      runtime.log(`Could not parse ${what} template: ${messageOf(error)}`);
      return original;
    }
  }

  return async (body, count) => {
    let filledSubject = subject;
    let filledBody = body;
    if (templates && subject.includes('{{'))
      filledSubject = await attempt('subject', subject, async () => (await load()).text(subject, { count }));
    if (templates && body.includes(123))
      filledBody = await attempt('body', body, async () => (await load()).bytes(body, { count }));
    return { subject: filledSubject, headers: await headersFor(count), body: filledBody };
  };
}

/** A header value with its template filled in. Throws `usage` that names the header. */
export function headerValue(
  text: Expander['text'],
  name: string,
  value: string,
  count: number,
  request?: Uint8Array,
): string {
  try {
    return oneLine(text(value, request ? { count, request } : { count }));
  } catch (error) {
    throw fail('usage', `failed to parse Header template for ${name}: ${messageOf(error)}`);
  }
}
