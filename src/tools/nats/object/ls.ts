import { humanBytes } from '#base/size.ts';
import { formatDateTime } from '#base/time.ts';
import { int, obj, str, stream, time } from '#cli/schema.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { listObjects, type ObjectInfo } from '#client/object.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { bySize, lastTime, lastUpdate, listBuckets, localTime } from '../jetstream/bucket.ts';
import { loadBucket, objectDocument, objectSchema } from './report.ts';

const bucketRow = obj({ bucket: str, 'description?': str, created: time, bytes: int, 'last_update?': time });

/** `nats object ls` */
export const command = defineCommand({
  name: 'ls',
  help: 'List the buckets, or the objects of a bucket',
  args: { bucket: { type: 'string', help: 'Bucket whose objects are listed', complete: 'object-buckets' } },
  flags: { names: { type: 'bool', short: 'n', help: 'Names alone, one a line, and nothing when there is none' } },
  tags: { scope: 'user', impact: 'ro' },
  output: stream({ anyOf: [bucketRow, objectSchema, str] }),
  async run({ args, flags }, runtime) {
    if (!args.bucket) return showBuckets(runtime, flags.names);
    const bucket = await loadBucket(runtime, args.bucket);
    const found = listObjects(bucket, runtime.signal);
    const emitter = runtime.stream<unknown>();
    if (emitter.isText && !flags.names) return showTable(runtime, found);
    for await (const info of found)
      emitter.emit(flags.names ? info.name : objectDocument(info), () => `${info.name}\n`);
    await emitter.end();
  },
});

async function showTable(runtime: Runtime, found: AsyncIterable<ObjectInfo>): Promise<void> {
  const rows: string[][] = [];
  for await (const { name, size, modified } of found) rows.push([name, humanBytes(size), formatDateTime(modified)]);
  if (rows.length === 0) runtime.out.line('No entries found');
  else {
    const table = { title: 'Bucket Contents', headers: ['Name', 'Size', 'Time'], rows };
    runtime.out.write(`${await tableText(runtime, table)}\n`);
  }
  await runtime.out.flush();
}

function bucketDocument(info: StreamInfo) {
  const { config, state } = info;
  return {
    bucket: config.name.slice(4),
    ...(config.description ? { description: config.description } : {}),
    created: info.created,
    bytes: state.bytes,
    ...(lastTime(info) === undefined ? {} : { last_update: state.last_ts }),
  };
}

async function showBuckets(runtime: Runtime, namesOnly: boolean): Promise<void> {
  const found = await listBuckets(await openJetStream(runtime), 'OBJ_');
  if (namesOnly) {
    const names = found.map((info) => info.config.name.slice(4));
    return runtime.show({ data: names, text: () => names.map((n) => `${n}\n`).join('') });
  }
  found.sort(bySize);
  const text = () => (found.length === 0 ? 'No Object Store buckets found\n' : bucketTable(runtime, found));
  await runtime.show({ data: found.map(bucketDocument), text });
}

async function bucketTable(runtime: Runtime, found: readonly StreamInfo[]): Promise<string> {
  const now = runtime.clock.now();
  const table = await tableText(runtime, {
    title: 'Object Store Buckets',
    headers: ['Bucket', 'Description', 'Created', 'Size', 'Last Update'],
    rows: found.map((info) => [
      info.config.name.slice(4),
      info.config.description ?? '',
      localTime(info.created),
      humanBytes(info.state.bytes),
      lastUpdate(info, now),
    ]),
  });
  return `${table}\n`;
}
