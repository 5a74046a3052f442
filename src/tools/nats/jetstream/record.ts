// A message as data: what --as gives for messages of streams and consumers.
import { any, int, map, obj, str, time } from '#cli/schema.ts';
import { textOf } from '#view/payload.ts';
import type { MsgHeaders } from '#wire/headers.ts';

/** Schema of a message record. */
export const messageSchema = obj({
  subject: str,
  seq: int,
  time,
  'stream?': str,
  'consumer_seq?': int,
  'tries?': int,
  'pending?': int,
  'headers?': map(any),
  'data?': str,
  'data_base64?': str,
});

/** Headers by name, each a list of values in their order. */
export function headerLists(headers: MsgHeaders | undefined): Record<string, string[]> | undefined {
  const entries = headers?.entries() ?? [];
  if (entries.length === 0) return undefined;
  const lists: Record<string, string[]> = {};
  for (const [name, value] of entries) {
    lists[name] ??= [];
    lists[name].push(value);
  }
  return lists;
}

/** `data` for text, `data_base64` for anything else, headers when there are any. */
export function bodyFields(headers: MsgHeaders | undefined, data: Uint8Array): Record<string, unknown> {
  const text = textOf(data);
  const lists = headerLists(headers);
  return {
    ...(lists ? { headers: lists } : {}),
    ...(text === undefined ? { data_base64: Buffer.from(data).toString('base64') } : { data: text }),
  };
}
