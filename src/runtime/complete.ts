// Live names for completion: quick, and silent when anything is in the way.
import type { LiveNames } from '#cli/completion.ts';
import type { Runtime } from './runtime.ts';

/** Milliseconds a shell may be kept waiting. */
const BUDGET = 250;

/** Candidates by kind; an empty list after the budget or on any failure. */
export function liveNames(runtime: Runtime): LiveNames {
  return (kind, words) => {
    const source = sources[kind];
    if (!source) return Promise.resolve([]);
    const late = runtime.clock.sleep(BUDGET).then(() => [] as string[]);
    return Promise.race([source(runtime, words), late]).catch(() => []);
  };
}

type Source = (runtime: Runtime, words: readonly string[]) => Promise<readonly string[]>;

const sources: Readonly<Record<string, Source>> = {
  contexts: async (runtime) => (await import('./contexts.ts')).contextStore(runtime).then((s) => s.names()),
};
