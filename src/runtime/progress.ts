// Progress of long work: a bar on a terminal; in files and pipes the line that stands there when the work is done.
import type { TermIO } from '#term/io.ts';
import type { Progress, ProgressOptions } from '#term/progress.ts';
import type { Runtime } from './runtime.ts';

/** Whether the command asked for progress, and how much there is to do. */
export interface Work extends Pick<ProgressOptions, 'piped' | 'unit'> {
  readonly wanted: boolean;
  readonly total: number;
}

/** Progress of the work on stdout; undefined where none is wanted or would be seen: --no-progress, --trace, data for programs. */
export async function openProgress(runtime: Runtime, { wanted, ...work }: Work): Promise<Progress | undefined> {
  if (!wanted || runtime.globals['trace'] === true || runtime.contract.as !== 'text') return undefined;
  if (!runtime.out.isTTY && work.piped === undefined) return undefined;
  const { createProgress } = await import('#term/progress.ts');
  const start = runtime.clock.mono();
  const now = () => Number(runtime.clock.mono() - start) / 1e6;
  return createProgress(outputOf(runtime), { ...work, now });
}

/** Stdout alone: a bar needs nobody who types. */
function outputOf(runtime: Runtime): Pick<TermIO, 'write' | 'size' | 'facts' | 'onExit'> {
  const { terminal, out } = runtime;
  return {
    facts: terminal,
    size: () => ({ columns: terminal.columns, rows: terminal.rows }),
    // Through the sink, so that what commands print stays in order.
    write: (text) => {
      out.write(text);
      void out.flush();
    },
    onExit: (run) => {
      let on = true;
      runtime.onExit(() => {
        if (on) run();
      });
      return () => {
        on = false;
      };
    },
  };
}
