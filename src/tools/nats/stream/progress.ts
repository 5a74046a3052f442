// Progress of long work, on a terminal only.

import type { Runtime } from '#runtime/runtime.ts';
import type { Progress } from '#term/progress.ts';

/** A bar of bytes on the terminal, or undefined where none is wanted or nobody looks. */
export function byteProgress(runtime: Runtime, wanted: boolean, total: number): Promise<Progress | undefined> {
  return progress(runtime, wanted, total, 'bytes');
}

/** The same for things that are counted. */
export function countProgress(runtime: Runtime, wanted: boolean, total: number): Promise<Progress | undefined> {
  return progress(runtime, wanted, total, 'count');
}

async function progress(
  runtime: Runtime,
  wanted: boolean,
  total: number,
  unit: 'bytes' | 'count',
): Promise<Progress | undefined> {
  if (!wanted || !runtime.terminal.isTTY || runtime.globals['trace'] === true) return undefined;
  const io = (await import('#runtime/term-io.ts')).systemTermIO(runtime);
  if (!io) return undefined;
  const { createProgress } = await import('#term/progress.ts');
  const now = () => Number(runtime.clock.mono() / 1_000_000n);
  const bar = createProgress(io, { total, unit, now });
  runtime.onExit(() => bar.done());
  return bar;
}
