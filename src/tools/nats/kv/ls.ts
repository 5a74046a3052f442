import { during } from '#base/errors.ts';
import { comma, humanBytes } from '#base/size.ts';
import { formatDateTime, formatRfc3339Nano } from '#base/time.ts';
import { isUtf8, visibleLine } from '#base/visible.ts';
import { int, obj, str, stream, time } from '#cli/schema.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { type Bucket, checkFilter, type KvEntry } from '#client/kv.ts';
import { currentEntries, readKeys, type WatchOptions } from '#client/kv-read.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { textOf } from '#wire/bytes.ts';
import { bySize, lastTime, lastUpdate, listBuckets, localTime } from '../jetstream/bucket.ts';
import { loadBucket } from './entry.ts';

const bucketRow = obj({
  bucket: str,
  'description?': str,
  created: time,
  bytes: int,
  values: int,
  'last_update?': time,
});
const keyRow = obj({ key: str, 'created?': time, 'revision?': int, 'value?': str, 'value_base64?': str });

/** `nats kv ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list'],
  help: 'List the buckets, or the keys of a bucket',
  args: {
    bucket: { type: 'string', help: 'Bucket whose keys are listed', complete: 'kv-buckets' },
    key: { type: 'string', default: '', help: 'Only keys that match this pattern' },
  },
  flags: {
    names: { type: 'bool', short: 'n', help: 'Names alone, one a line, and nothing when there is none' },
    verbose: { type: 'bool', short: 'v', help: 'Show when each key was written, and its revision' },
    'display-value': { type: 'bool', help: 'With --verbose: show the values too' },
  },
  tags: { scope: 'user', impact: 'ro' },
  examples: ['nats kv ls', 'nats kv ls CONFIG "web.>"', 'nats kv ls CONFIG --verbose --as ndjson'],
  output: stream({ anyOf: [bucketRow, keyRow, str] }),
  async run({ args, flags }, runtime) {
    if (!args.bucket) return showBuckets(runtime, flags.names);
    const bucket = await loadBucket(runtime, args.bucket).catch(during('unable to load bucket'));
    if (args.key !== '') checkFilter(args.key);
    const values = flags.verbose && flags['display-value'];
    const options: WatchOptions = {
      ignoreDeletes: true,
      keysOnly: !values,
      signal: runtime.signal,
      ...(args.key === '' ? {} : { filter: args.key }),
    };
    const emitter = runtime.stream<unknown>();
    if (emitter.isText && flags.verbose) {
      return showTable(runtime, bucket.name, currentEntries(bucket, options), values, flags.names);
    }
    if (emitter.isText) {
      const found = await showKeys(runtime, bucket, options);
      if (!found && !flags.names) runtime.out.line('No keys found in bucket');
    } else if (flags.verbose) {
      for await (const entry of currentEntries(bucket, options)) emitter.emit(keyDocument(entry, values), () => '');
    } else {
      await emitter.ready;
      await readKeys(bucket, options, (buf, start, end) => emitter.emit({ key: textOf(buf, start, end) }, () => ''));
    }
    await emitter.end();
  },
});

/** Writes the keys, one a line; whether there was any. */
async function showKeys(runtime: Runtime, bucket: Bucket, options: WatchOptions): Promise<boolean> {
  const { out } = runtime;
  const { connection } = bucket.js;
  let found = false;
  const bulk = out.isTTY
    ? undefined
    : out.bulk?.((behind) => {
        if (behind) connection.pauseReading();
        else connection.resumeReading();
      });
  await readKeys(bucket, options, (buf, start, end) => {
    found = true;
    if (bulk === undefined) {
      const key = textOf(buf, start, end);
      return out.write(`${out.isTTY ? visibleLine(key) : key}\n`);
    }
    let at = bulk.reserve(end - start + 1);
    const into = bulk.buf;
    for (let i = start; i < end; i++) into[at++] = buf[i]!;
    into[at++] = 10;
    bulk.tail = at;
    bulk.kick();
  });
  await bulk?.end();
  return found;
}

function valueDocument(value: Uint8Array) {
  if (isUtf8(value)) return { value: new TextDecoder('utf-8', { ignoreBOM: true }).decode(value) };
  return { value_base64: Buffer.from(value).toString('base64') };
}

function keyDocument(entry: KvEntry, values: boolean) {
  const { key, revision, value } = entry;
  const created = formatRfc3339Nano(entry.created);
  return { key, created, revision, ...(values ? valueDocument(value) : {}) };
}

async function showTable(
  runtime: Runtime,
  bucket: string,
  entries: AsyncIterable<KvEntry>,
  values: boolean,
  quiet: boolean,
): Promise<void> {
  const rows: (string | bigint)[][] = [];
  const decoder = new TextDecoder();
  for await (const e of entries) {
    // The delta of a key that is looked up is always nothing; scripts read the columns by their place.
    const row = [e.key, formatDateTime(e.created), 0n, e.revision];
    rows.push(values ? [...row, decoder.decode(e.value)] : row);
  }
  const headers = ['Key', 'Created', 'Delta', 'Revision', ...(values ? ['Value'] : [])];
  runtime.out.write(`${await tableText(runtime, { title: `Contents for bucket '${bucket}'`, headers, rows })}\n`);
  if (rows.length === 0 && !quiet) runtime.out.line('No keys found in bucket');
  await runtime.out.flush();
}

function bucketDocument(info: StreamInfo) {
  const { config, state } = info;
  return {
    bucket: config.name.slice(3),
    ...(config.description ? { description: config.description } : {}),
    created: info.created,
    bytes: state.bytes,
    values: state.messages,
    ...(lastTime(info) === undefined ? {} : { last_update: state.last_ts }),
  };
}

async function showBuckets(runtime: Runtime, namesOnly: boolean): Promise<void> {
  const found = await listBuckets(await openJetStream(runtime), 'KV_');
  if (namesOnly) {
    const names = found.map((info) => info.config.name.slice(3));
    return runtime.show({ data: names, text: () => names.map((n) => `${n}\n`).join('') });
  }
  found.sort(bySize);
  const text = () => (found.length === 0 ? 'No Key-Value buckets found\n' : bucketTable(runtime, found));
  await runtime.show({ data: found.map(bucketDocument), text });
}

async function bucketTable(runtime: Runtime, found: readonly StreamInfo[]): Promise<string> {
  const now = runtime.clock.now();
  const table = await tableText(runtime, {
    title: 'Key-Value Buckets',
    headers: ['Bucket', 'Description', 'Created', 'Size', 'Values', 'Last Update'],
    rows: found.map((info) => [
      info.config.name.slice(3),
      info.config.description ?? '',
      localTime(info.created),
      humanBytes(info.state.bytes),
      comma(info.state.messages),
      lastUpdate(info, now),
    ]),
  });
  return `${table}\n`;
}
