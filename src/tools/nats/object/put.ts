import { BoxError, fail } from '#base/errors.ts';
import { humanBytes } from '#base/size.ts';
import { recordOf } from '#cli/schema.ts';
import { getObjectInfo, type ObjectBucket } from '#client/object.ts';
import { putObject } from '#client/object-data.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { confirmed } from '../jetstream/pick.ts';
import { parseHeaders } from '../messaging/headers.ts';
import { cleanPath } from './paths.ts';
import { transferProgress } from './progress.ts';
import { loadBucket, objectReport, objectSchema, showObject } from './report.ts';

/** `nats object put` */
export const command = defineCommand({
  name: 'put',
  help: `Store a file as an object

Without a file standard input is stored, under the name of --name. The object shows up when it is complete; a put that
fails leaves what was there before. --timeout bounds how long nothing may move, not the whole transfer.`,
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'object-buckets' },
    file: { type: 'existing-file', help: 'File to store' },
  },
  flags: {
    name: { type: 'string', help: 'Name of the object in place of that of the file' },
    description: { type: 'string', help: 'What the object is' },
    header: { type: 'string', short: 'H', cumulative: true, help: 'Header to note on the object, Name:value' },
    'chunk-size': { type: 'uint', help: 'Bytes of one chunk; 128 KiB without this' },
    progress: { type: 'bool', default: 'true', negatable: true, help: 'Show a bar on a terminal' },
    force: { type: 'bool', short: 'f', help: 'Replace without asking' },
  },
  tags: { scope: 'user', impact: 'rw' },
  examples: ['nats object put FILES backup.tar', 'tar c . | nats object put FILES --name backup.tar'],
  output: recordOf(objectSchema),
  async run({ args, flags }, runtime) {
    const { files } = runtime;
    const { file } = args;
    const given = flags.name || file;
    if (!given) throw fail('usage', '--name is required when reading from stdin');
    const name = cleanPath(given);
    const chunkSize = Number(flags['chunk-size'] ?? 0n);
    const headers: Record<string, string[]> = {};
    for (const [key, value] of parseHeaders(flags.header)) (headers[key] ??= []).push(value);
    const bucket = await loadBucket(runtime, args.bucket);
    const most = bucket.js.connection.info.max_payload;
    if (chunkSize > most) throw fail('usage', `chunk size is over the server's maximum payload of ${most} bytes`);
    if (runtime.contract.plan) return showPlan(runtime, bucket, name, file);
    if (!(await mayReplace(runtime, bucket, name, flags.force))) return;
    const stat = file === undefined ? undefined : await files.stat(file);
    const bar = await transferProgress(runtime, flags.progress, stat ? BigInt(stat.size) : undefined);
    try {
      const info = await putObject(bucket, file === undefined ? runtime.stdin.chunks() : await files.open(file), {
        name,
        headers,
        ...(flags.description ? { description: flags.description } : {}),
        ...(chunkSize > 0 ? { chunkSize } : {}),
        ...(bar ? { onProgress: (bytes) => bar.set(bytes) } : {}),
        // A pipe cannot be read twice.
        ...(stat?.kind === 'file' && file !== undefined ? { reopen: () => files.open(file) } : {}),
        signal: runtime.signal,
      });
      bar?.done();
      if (bar) runtime.out.line();
      await showObject(runtime, info, '\n');
    } finally {
      bar?.clear();
    }
  },
});

async function existing(bucket: ObjectBucket, name: string) {
  return getObjectInfo(bucket, name).catch((error: unknown) => {
    if (error instanceof BoxError && error.kind === 'not-found') return undefined;
    throw error;
  });
}

async function mayReplace(runtime: Runtime, bucket: ObjectBucket, name: string, force: boolean): Promise<boolean> {
  if (force) return true;
  const info = await existing(bucket, name);
  if (!info) return true;
  runtime.out.write(`${await columnsText(runtime, objectReport(info))}\n`);
  if (!(await confirmed(runtime, false, `Replace existing file ${bucket.name} > ${name}`))) return false;
  runtime.out.line();
  return true;
}

async function showPlan(runtime: Runtime, bucket: ObjectBucket, name: string, file: string | undefined) {
  const before = await existing(bucket, name);
  const size = file === undefined ? undefined : (await runtime.files.stat(file))?.size;
  const data = { done: false, bucket: bucket.name, name, replaces: before !== undefined, ...(size ? { size } : {}) };
  const what = size === undefined ? 'standard input' : `${humanBytes(size)} of ${file}`;
  const verb = before ? 'replace' : 'store';
  await runtime.show({ data, text: () => `would ${verb} ${bucket.name} > ${name} with ${what}\n` });
}
