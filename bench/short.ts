// The short form for continuous integration: processor time against the bound of the same run, the best of a few rounds on
// both sides, with room for a machine that is busy with other things. Wall time is never judged.
import type { Result } from './page.ts';

/** Our CPU as a multiple of the bound's; about twice what an idle machine shows. */
export const shortBudgets: Readonly<Record<string, number>> = {
  version: 2.5,
  'one-pub': 4,
  'pub-128': 12,
  'sub-128': 8,
};

/** A line for every row that costs more than it may. */
export function overBudget(results: readonly Result[]): string[] {
  return results.flatMap(({ row, runs }) => {
    const best = (side: 'ours' | 'bound') => Math.min(...runs[side].map((r) => r.cpu));
    const ratio = best('ours') / best('bound');
    const most = shortBudgets[row.id] ?? Number.POSITIVE_INFINITY;
    return ratio <= most ? [] : [`${row.title}: ${ratio.toFixed(2)} times the CPU of its bound, the budget is ${most}`];
  });
}
