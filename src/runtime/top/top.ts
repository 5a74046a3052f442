// nats-top and `nats top`: one engine behind two sets of flags.
import { fail } from '#base/errors.ts';
import type { Runtime } from '../runtime.ts';
import type { TopOptions } from './options.ts';
import type { TopSource } from './source.ts';

/** Does what the options ask for. The source was checked before. */
export async function runTop(runtime: Runtime, source: TopSource, options: TopOptions): Promise<void> {
  if (options.record !== undefined && options.output !== undefined) {
    throw fail('usage', 'a record holds many moments, an output file one', {
      hint: 'give a record or an output, not both',
    });
  }
  const recorder = options.record === undefined ? undefined : await openRecorder(runtime, options.record);
  if (isData(runtime) || options.output !== undefined)
    return (await import('./batch.ts')).runBatch(runtime, source, options, recorder);
  const { systemTermIO } = await import('../term-io.ts');
  const io = systemTermIO(runtime, { last: true });
  if (!io && recorder) return (await import('./batch.ts')).runRecord(runtime, source, options, recorder);
  checkScreen(io !== undefined, options);
  const { topScreen } = await import('./screen.ts');
  if (io) await topScreen(io, { source }, options, { clock: runtime.clock, signal: runtime.signal, recorder });
}

/** The same from a record. */
export async function runReplay(runtime: Runtime, path: string, options: TopOptions): Promise<void> {
  if (options.record !== undefined) throw fail('usage', 'what is played from a record cannot be recorded');
  const { openRecord } = await import('./record.ts');
  const record = await openRecord(runtime.files, path);
  if (isData(runtime) || options.output !== undefined)
    return (await import('./batch.ts')).replayBatch(runtime, record, options);
  const { systemTermIO } = await import('../term-io.ts');
  const io = systemTermIO(runtime, { last: true });
  checkScreen(io !== undefined, options);
  const { topScreen } = await import('./screen.ts');
  if (io) await topScreen(io, { record }, options, { clock: runtime.clock, signal: runtime.signal });
}

/** Whether data is wanted instead of the classic text. */
function isData({ contract }: Runtime): boolean {
  return contract.as !== 'text' || contract.jq !== undefined || contract.fields !== undefined;
}

async function openRecorder(runtime: Runtime, path: string) {
  return (await import('./record.ts')).createRecorder(runtime.files, runtime.clock, path);
}

function checkScreen(hasTerminal: boolean, options: TopOptions): void {
  if (!hasTerminal) {
    throw fail('usage', 'the full screen needs a terminal', {
      hint: 'nats-top -o - prints one snapshot, -as ndjson one JSON line per refresh',
    });
  }
  if (options.delay < 1) throw fail('usage', `cannot refresh every ${options.delay} seconds`, { hint: 'e.g. -d 1' });
}
