// Messages as records: one JSON object per message, from which the same message can be made again, byte for byte.
import { fail } from '#base/errors.ts';
import { type Json, parseJson, stringifyJson } from '#base/json64.ts';
import { validText } from '#base/utf8.ts';
import { any, arr, int, map, type Schema, str, time } from '#cli/schema.ts';
import { sameBytes, utf8 } from '#wire/bytes.ts';
import { MsgHeaders } from '#wire/headers.ts';

/** How bodies are shown and written into records. */
export const codecs = ['text', 'json', 'hex', 'base64'] as const;
export type Codec = (typeof codecs)[number];

/** Exactly one of data, data_base64, data_hex and json holds the body; headers_base64 wins over headers. */
export interface MessageRecord {
  subject: string;
  reply?: string;
  headers?: Record<string, string[]>;
  /** The header block as it was, when `headers` cannot tell it exactly. */
  headers_base64?: string;
  data?: string;
  data_base64?: string;
  data_hex?: string;
  json?: Json;
}

export const messageSchema: Readonly<Record<string, Schema>> = {
  subject: str,
  'reply?': str,
  'headers?': map(arr(str)),
  'headers_base64?': { ...str, description: 'the header block, when headers alone would lose something' },
  'data?': { ...str, description: 'the body, when it is UTF-8 text' },
  'data_base64?': { ...str, description: 'the body, when it is not text, or with --codec base64' },
  'data_hex?': { ...str, description: 'the body, with --codec hex' },
  'json?': { ...any, description: 'the body, with --codec json and when it is JSON' },
  'n?': { ...int, description: 'number of the message' },
  'time?': time,
  'stream?': str,
  'consumer?': str,
  'seq?': int,
  'pending?': int,
};

/** Columns of messages in tables, where every row needs the same ones. */
export function messageColumns(codec: Codec | undefined, ...more: readonly string[]): string[] {
  const body = { text: 'data', json: 'json', hex: 'data_hex', base64: 'data_base64' }[codec ?? 'text'];
  const forms = codec === undefined || codec === 'text' ? ['data', 'data_base64'] : [body];
  return [...more, 'subject', 'reply', 'headers', ...forms];
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** The headers of a record. */
export function headerFields(headers: MsgHeaders): Pick<MessageRecord, 'headers' | 'headers_base64'> {
  const record = headers.toRecord();
  let exact = false;
  try {
    // No headers are no block: one that is empty is told by its bytes.
    exact = headers.size > 0 && sameBytes(MsgHeaders.from(record).raw, headers.raw);
  } catch {
    // A name we would not write ourselves.
  }
  return exact ? { headers: record } : { headers: record, headers_base64: base64(headers.raw) };
}

function bodyFields(body: Uint8Array, codec: Codec): Partial<MessageRecord> {
  if (codec === 'hex') return { data_hex: Buffer.from(body).toString('hex') };
  const text = codec === 'base64' ? undefined : validText(body);
  if (text === undefined) return { data_base64: base64(body) };
  if (codec === 'json') {
    try {
      return { json: parseJson(text) };
    } catch {
      return { data: text };
    }
  }
  return { data: text };
}

/** The record of a message. With codec json the body is parsed, which keeps its meaning but not its blanks. */
export function recordOf(
  message: { subject: string; reply?: string | undefined; headers?: MsgHeaders | undefined; data: Uint8Array },
  codec: Codec = 'text',
): MessageRecord {
  return {
    subject: message.subject,
    ...(message.reply ? { reply: message.reply } : {}),
    ...(message.headers ? headerFields(message.headers) : {}),
    ...bodyFields(message.data, codec),
  };
}

/** A message made from a record. */
export interface RecordedMessage {
  readonly subject: string;
  readonly headers: MsgHeaders | undefined;
  readonly data: Uint8Array;
}

/** Reads a record, as one line of NDJSON. Throws `usage` with what is wrong in it. */
export function readRecord(line: Uint8Array): RecordedMessage {
  const text = validText(line);
  if (text === undefined) throw fail('usage', 'the record is not UTF-8');
  const record = parseJson(text) as Json;
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    throw fail('usage', 'the record is no JSON object');
  }
  const { subject } = record;
  if (typeof subject !== 'string') throw fail('usage', 'the record has no subject');
  return { subject, headers: readHeaders(record), data: readBody(record) };
}

type Fields = Readonly<Record<string, Json>>;

function readHeaders(record: Fields): MsgHeaders | undefined {
  const raw = record['headers_base64'];
  if (given(raw)) return readBlock(fromBase64('headers_base64', raw));
  const { headers } = record;
  if (headers === undefined || headers === null) return undefined;
  if (typeof headers !== 'object' || Array.isArray(headers)) throw fail('usage', 'headers is no JSON object');
  const made = new MsgHeaders();
  for (const [name, values] of Object.entries(headers)) {
    for (const value of Array.isArray(values) ? values : [values]) made.append(name, plainText(value));
  }
  return made;
}

/** A header block as it was. One that nobody could read again is refused. */
function readBlock(block: Uint8Array): MsgHeaders {
  const text = Buffer.from(block).toString('latin1');
  if (!/^NATS\/1\.0[^\r\n]*\r?\n(?:.*\n)?\r?\n$/s.test(text)) {
    throw fail('usage', 'headers_base64 is no header block: it starts with NATS/1.0 and ends with an empty line');
  }
  return MsgHeaders.parse(block);
}

/** The bytes of a field that holds them in base64, with or without the padding. */
function fromBase64(name: string, value: Json): Uint8Array {
  const digits = typeof value === 'string' ? /^([A-Za-z0-9+/_-]*)={0,2}$/.exec(value)?.[1] : undefined;
  if (digits === undefined || digits.length % 4 === 1) throw fail('usage', `${name} is no base64`);
  return Buffer.from(digits, 'base64');
}

function fromHex(name: string, value: Json): Uint8Array {
  if (typeof value !== 'string' || !/^([0-9a-fA-F]{2})*$/.test(value)) throw fail('usage', `${name} is no hex`);
  return Buffer.from(value, 'hex');
}

function plainText(value: Json): string {
  return typeof value === 'string' ? value : stringifyJson(value, { escapeHtml: false });
}

function readBody(record: Fields): Uint8Array {
  const { data, json } = record;
  const base64 = record['data_base64'];
  const hex = record['data_hex'];
  if (given(data)) {
    if (typeof data !== 'string') throw fail('usage', 'data is no text; the field json takes any value');
    return utf8.encode(data);
  }
  if (given(base64)) return fromBase64('data_base64', base64);
  if (given(hex)) return fromHex('data_hex', hex);
  if (json !== undefined) return utf8.encode(stringifyJson(json, { escapeHtml: false }));
  return new Uint8Array(0);
}

function given(value: Json | undefined): value is Exclude<Json, null> {
  return value !== undefined && value !== null;
}
