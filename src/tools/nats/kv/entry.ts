// Values and entries: where they come from, and how they read.

import { isPrintableAscii } from '#base/ascii.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import { isUtf8 } from '#base/visible.ts';
import { int, obj, str, time } from '#cli/schema.ts';
import { type Bucket, type KvEntry, openBucket } from '#client/kv.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** The bucket of a command. */
export async function loadBucket(runtime: Runtime, name: string): Promise<Bucket> {
  return openBucket(await openJetStream(runtime), name);
}

/** Shape of an entry. `value` is text; a value that is no UTF-8 stands in `value_base64`. */
export const entrySchema = obj({
  bucket: str,
  key: str,
  revision: int,
  created: time,
  operation: str,
  length: int,
  'value?': str,
  'value_base64?': str,
});

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** An entry as data, exact whatever its bytes are. */
export function entryDocument(entry: KvEntry) {
  const { bucket, key, revision, value, operation } = entry;
  const held =
    operation !== 'PUT'
      ? {}
      : isUtf8(value)
        ? { value: new TextDecoder('utf-8', { ignoreBOM: true }).decode(value) }
        : { value_base64: base64(value) };
  return { bucket, key, revision, created: formatRfc3339Nano(entry.created), operation, length: value.length, ...held };
}

/** A value on one line: as it is when it is printable ASCII, else in base64. */
export function valueText(value: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(value);
  return isPrintableAscii(text) ? text : base64(value);
}

/** The same, its middle left out when it is longer than 40. */
export function shortValue(value: Uint8Array): string {
  const text = valueText(value);
  return text.length > 40 ? `${text.slice(0, 15)}...${text.slice(-15)}` : text;
}

/** The value of the command line, or what comes in on standard input when it is empty. */
export async function valueOrStdin(runtime: Runtime, value: string | undefined): Promise<string | Uint8Array> {
  return value || runtime.stdin.isTTY ? (value ?? '') : runtime.stdin.bytes();
}

/** Shape of what put, create and update give. */
export const writtenSchema = { bucket: str, key: str, 'revision?': int, bytes: int };

/** Stores a value with `store` and shows what was stored; with --plan nothing is. */
export async function writeValue(
  runtime: Runtime,
  where: { readonly bucket: string; readonly key: string; readonly value: string | undefined },
  store: (bucket: Bucket, value: string | Uint8Array) => Promise<bigint>,
): Promise<void> {
  const bucket = await loadBucket(runtime, where.bucket);
  const value = await valueOrStdin(runtime, where.value);
  const bytes = typeof value === 'string' ? Buffer.byteLength(value) : value.length;
  const { key } = where;
  if (runtime.contract.plan) {
    const { checkKey } = await import('#client/kv.ts');
    checkKey(key);
    const data = { done: false, bucket: bucket.name, key, bytes };
    const text = () => `would store ${bytes} bytes in ${bucket.name} > ${key}\n`;
    await runtime.show({ data, text });
    return;
  }
  const revision = await store(bucket, value);
  const data = { bucket: bucket.name, key, revision, bytes };
  await runtime.show({ data, text: () => `${where.value ?? ''}\n` });
}
