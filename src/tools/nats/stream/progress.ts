// Progress of long work, on a terminal only.
import type { Progress } from '#term/progress.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** A bar of bytes on stderr's terminal, or undefined where none is wanted or nobody looks. */
export async function byteProgress(runtime: Runtime, wanted: boolean, total: number): Promise<Progress | undefined> {
  if (!wanted || !runtime.terminal.isTTY || runtime.globals['trace'] === true) return undefined;
  const io = (await import('#runtime/term-io.ts')).systemTermIO(runtime);
  if (!io) return undefined;
  const { createProgress } = await import('#term/progress.ts');
  const now = () => Number(runtime.clock.mono() / 1_000_000n);
  const bar = createProgress(io, { total, unit: 'bytes', now });
  runtime.onExit(() => bar.done());
  return bar;
}
