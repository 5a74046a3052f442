// `--where`: an expression over a message.
import { fail } from '#base/errors.ts';
import { compileExpr } from '#base/expr/expr.ts';
import { type Json, parseJson } from '#base/json64.ts';
import { validText } from '#base/utf8.ts';
import type { MsgHeaders } from '#wire/headers.ts';

/** What a message must have to be asked about. */
export interface WhereMessage {
  readonly subject: string;
  readonly reply?: string | undefined;
  readonly headers?: MsgHeaders | undefined;
  readonly data: Uint8Array;
}

const names = ['subject', 'reply', 'headers', 'body', 'text', 'size'] as const;

function headerValues(headers: MsgHeaders | undefined): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  for (const [name, list] of Object.entries(headers?.toRecord() ?? {})) {
    values[name] = list.length === 1 ? (list[0] as string) : list;
  }
  return values;
}

function bodyOf(data: Uint8Array): Json {
  const text = validText(data);
  if (text === undefined) return null;
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/**
 * A test for messages. The expression may use `subject`, `reply`, `headers` (text, or a list where a name is repeated),
 * `body` (the parsed JSON, nil when it is none), `text` and `size`. A message for which the expression cannot be worked
 * out does not match. Throws `usage` for an expression that cannot be read, or that is no condition.
 */
export function whereFilter(source: string): (message: WhereMessage) => boolean {
  const expression = compileExpr(source, { names });
  return (message) => {
    const env = {
      subject: message.subject,
      reply: message.reply ?? '',
      headers: headerValues(message.headers),
      body: source.includes('body') ? bodyOf(message.data) : null,
      text: source.includes('text') ? (validText(message.data) ?? '') : '',
      size: message.data.length,
    };
    let value: unknown;
    try {
      value = expression.evaluate(env);
    } catch {
      return false;
    }
    if (typeof value === 'boolean') return value;
    if (value === null) return false;
    throw fail('usage', '--where is no condition', { hint: 'compare with something: body.total > 10' });
  };
}
