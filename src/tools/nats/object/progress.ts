import type { Runtime } from '#runtime/runtime.ts';
import type { Progress } from '#term/progress.ts';

/** Smaller transfers are over before a bar is seen. */
const WORTH = 20_480n;

/** A bar for a transfer of `total` bytes; undefined where nobody would see one, or --no-progress or --trace is given. */
export async function transferProgress(
  runtime: Runtime,
  wanted: boolean,
  total: bigint | undefined,
): Promise<Progress | undefined> {
  if (!wanted || runtime.globals['trace'] === true || !runtime.out.isTTY) return undefined;
  if (total === undefined || total <= WORTH || runtime.contract.as !== 'text') return undefined;
  const { createProgress } = await import('#term/progress.ts');
  const { terminal, out, clock } = runtime;
  const start = clock.mono();
  return createProgress(
    {
      facts: terminal,
      size: () => ({ columns: terminal.columns, rows: terminal.rows }),
      write: (text) => {
        out.write(text);
        void out.flush();
      },
      onExit: (fn) => {
        let on = true;
        runtime.onExit(() => {
          if (on) fn();
        });
        return () => {
          on = false;
        };
      },
    },
    { total: Number(total), unit: 'bytes', now: () => Number(clock.mono() - start) / 1e6 },
  );
}
