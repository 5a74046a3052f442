// The process's terminal as the term floor wants it.
import type { TerminalFacts } from '#base/terminal.ts';
import { type StopHooks, shareKeys, type TermIO } from '#term/io.ts';
import { readKeys } from '#term/keys.ts';
import type { Runtime } from './runtime.ts';
import { directTty, streamTty } from './tty.ts';

/** Milliseconds after which a lone escape byte is the escape key. */
const ESCAPE_MS = 50;

let made: TermIO | undefined;

/**
 * The terminal on stdin and stdout, or undefined when one of them is none. There is one per process. `last`: whoever asks
 * has it until the process ends, which makes it cheaper.
 */
export function systemTermIO(runtime: Runtime, how: { last?: boolean } = {}): TermIO | undefined {
  if (!runtime.stdin.isTTY || !runtime.terminal.isTTY) return undefined;
  made ??= create(runtime.terminal, runtime, how.last ?? false);
  return made;
}

function create(facts: TerminalFacts, runtime: Runtime, last: boolean): TermIO {
  const tty = (last ? directTty(facts) : undefined) ?? streamTty(facts);
  const later = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  };
  const atExit = new Set<() => void>();
  const leave = () => {
    for (const run of atExit) run();
    atExit.clear();
  };
  process.on('exit', leave);
  // What `exit` would do is done before the default action.
  for (const [name, number] of [
    ['SIGHUP', 1],
    ['SIGQUIT', 3],
    ['SIGTERM', 15],
  ] as const) {
    process.on(name, () => {
      leave();
      process.exit(128 + number);
    });
  }
  // A crash says what it is on a terminal that can be read.
  for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(name, (error: unknown) => {
      leave();
      process.stderr.write(
        `${runtime.tool}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      process.exit(1);
    });
  }
  const stops = stopper();
  return {
    facts,
    write: (text) => {
      // Through the sink, so that what commands print stays in order.
      runtime.out.write(text);
      void runtime.out.flush();
    },
    keys: shareKeys(readKeys(tty.bytes(), { startTimer: later, escapeMs: ESCAPE_MS })),
    raw: tty.raw,
    size: tty.size,
    onResize: tty.onResize,
    onExit: (run) => {
      atExit.add(run);
      return () => atExit.delete(run);
    },
    ...stops,
  };
}

/** Milliseconds after which a process that was told to stop and still runs is not going to. */
const STOP_MS = 30;

/** Job control: what has to be done before the process stops, and when it goes on. */
function stopper(): Pick<TermIO, 'onStop' | 'suspend'> {
  const all = new Set<StopHooks>();
  let stopped = false;
  const back = (): void => {
    if (stopped) process.on('SIGTSTP', suspend);
    stopped = false;
    for (const hooks of all) hooks.back();
  };
  const suspend = (): void => {
    if (stopped) return;
    for (const hooks of all) hooks.leave();
    stopped = true;
    process.off('SIGTSTP', suspend);
    // The whole job stops, as when the terminal driver does it. Without a shell to let it go on the kernel does not stop
    // it: then the timer brings the screen back.
    process.kill(0, 'SIGTSTP');
    setTimeout(() => {
      if (stopped) back();
    }, STOP_MS);
  };
  return {
    onStop: (hooks) => {
      if (all.size === 0) {
        process.on('SIGTSTP', suspend);
        process.on('SIGCONT', back);
      }
      all.add(hooks);
      return () => {
        all.delete(hooks);
        if (all.size > 0) return;
        process.off('SIGTSTP', suspend);
        process.off('SIGCONT', back);
      };
    },
    suspend,
  };
}
