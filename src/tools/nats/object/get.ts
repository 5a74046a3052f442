import { humanDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { humanBytes } from '#base/size.ts';
import { systemErrorText } from '#base/system-error.ts';
import { int, nanos, record, str } from '#cli/schema.ts';
import type { ObjectInfo } from '#client/object.ts';
import { findObject, readObject } from '#client/object-read.ts';
import { defineCommand } from '#runtime/command.ts';
import type { FileWriter, Runtime } from '#runtime/runtime.ts';
import { confirmed } from '../jetstream/pick.ts';
import { fileNameFor } from './paths.ts';
import { transferProgress } from './progress.ts';
import { loadBucket } from './report.ts';

/** `nats object get` */
export const command = defineCommand({
  name: 'get',
  help: `Write an object to a file

The file is named after the last part of the object's name and appears when all of it has arrived and the digest was
found right; -O - writes to standard output. --timeout bounds how long nothing may move, not the whole transfer.`,
  args: {
    bucket: { type: 'string', required: true, help: 'Name of the bucket', complete: 'object-buckets' },
    file: { type: 'string', required: true, help: 'Name of the object', complete: 'objects' },
  },
  flags: {
    output: { type: 'string', short: 'O', help: 'File to write, or - for standard output' },
    progress: { type: 'bool', default: 'true', negatable: true, help: 'Show a bar on a terminal' },
    force: { type: 'bool', short: 'f', help: 'Replace a file without asking' },
  },
  tags: { scope: 'user', impact: 'ro' },
  examples: ['nats object get FILES backup.tar', 'nats object get FILES backup.tar -O - | tar x'],
  output: record({ bucket: str, name: str, path: str, size: int, elapsed: nanos }),
  async run({ args, flags }, runtime) {
    const { clock, signal } = runtime;
    const [bucket, info] = await findObject(await loadBucket(runtime, args.bucket), args.file);
    if (flags.output === '-') {
      for await (const chunk of readObject(bucket, info, { signal, reuse: true })) {
        runtime.out.write(chunk);
        await runtime.out.flush();
      }
      return;
    }
    const path = absolute(runtime, flags.output || fileNameFor(info.name));
    const target = await runtime.files.stat(path);
    if (target?.kind === 'dir') {
      throw fail('usage', `${path} is a directory`, { hint: 'name the file with -O' });
    }
    if (target && !(await confirmed(runtime, flags.force, `Replace existing target file ${path}`))) return;
    const bar = await transferProgress(runtime, flags.progress, BigInt(info.size));
    if (bar) runtime.out.line();
    const writer = await openTarget(runtime, path, target);
    const start = clock.mono();
    try {
      for await (const chunk of readObject(bucket, info, { signal, reuse: true })) {
        await writer.write(chunk);
        bar?.add(chunk.length);
      }
      await writer.close();
      bar?.done();
    } catch (error) {
      await writer.abort().catch(() => undefined);
      throw error;
    } finally {
      bar?.clear();
    }
    const elapsed = clock.mono() - start;
    const data = { bucket: info.bucket, name: info.name, path, size: info.size, elapsed };
    await runtime.show({ data, text: () => (bar ? '\n' : '') + wroteText(info, path, elapsed) });
  },
});

function absolute(runtime: Runtime, path: string): string {
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return path;
  return `${runtime.files.cwd}/${path.replace(/^(\.\/)+/, '')}`;
}

let counter = 0;

/** A file beside the target that takes its place when it is complete; devices and pipes are written to as they are. */
async function openTarget(
  runtime: Runtime,
  path: string,
  target: { readonly kind: string; readonly mode: number } | undefined,
): Promise<FileWriter> {
  const { files } = runtime;
  if (target && target.kind !== 'file') {
    const writer = await files.create(path);
    return { ...writer, abort: () => writer.close() };
  }
  const at = path.lastIndexOf('/') + 1;
  const beside = `${path.slice(0, at)}.${path.slice(at)}.${runtime.platform.pid}.${counter++}.part`;
  const writer = await files.create(beside, target?.mode ?? 0o644).catch((error: unknown) => {
    throw fail('error', `open ${path}: ${systemErrorText(error)}`, { hint: '-O names another place' });
  });
  return {
    write: writer.write,
    abort: writer.abort,
    close: async () => {
      await writer.close();
      await files.rename(beside, path).catch(async (error: unknown) => {
        await files.remove(beside).catch(() => undefined);
        throw error;
      });
    },
  };
}

/** The line scripts know; the rate stands where it means something. */
function wroteText(info: ObjectInfo, path: string, elapsed: bigint): string {
  const line = `Wrote: ${humanBytes(info.size)} to ${path} in ${humanDuration(elapsed)}`;
  if (elapsed <= 2_000_000_000n) return `${line}\n`;
  const rate = (BigInt(info.size) * 1_000_000_000n) / elapsed;
  return `${line} average ${humanBytes(rate)}/s\n`;
}
