// CPU and memory by server, as bars.
import { commaFloat, humanBytes } from '#base/size.ts';
import type { TerminalFacts } from '#base/terminal.ts';
import { map, num, recordOf } from '#cli/schema.ts';
import type { StatsAnswer } from '#client/system/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { barGraph } from '#view/plot.ts';
import { type ReportInput, runReport } from './run.ts';

/** A number for each server. */
export const usageOutput = recordOf(map(num));

/** Shows one number of each server as bars, or as an object. */
export function reportUsage(runtime: Runtime, input: ReportInput, what: 'cpu' | 'mem'): Promise<void> {
  return runReport(runtime, input, async (source, filter) => {
    const stats = await source.stats(filter);
    const usage = usageOf(stats, what);
    return {
      data: usage,
      rows: () => Object.entries(usage).map(([server, value]) => ({ server, [what]: value })),
      text: () => usageText(usage, what, runtime.terminal),
      answered: stats.map((s) => s.server.name),
    };
  });
}

/** By name of the server, in the order of the alphabet. */
export function usageOf(stats: readonly StatsAnswer[], what: 'cpu' | 'mem'): Record<string, number> {
  const pairs = stats.map((s) => [s.server.name, Number(s.statsz[what])] as const);
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function usageText(usage: Readonly<Record<string, number>>, what: 'cpu' | 'mem', facts: TerminalFacts): string {
  const bars = Object.entries(usage).map(([label, value]) => ({ label, value }));
  const caption = what === 'cpu' ? 'CPU Usage' : 'Memory Usage';
  const format = what === 'cpu' ? (v: number) => commaFloat(v) : humanBytes;
  const room = facts.isTTY ? Math.max(10, facts.columns - 30) : 80;
  return barGraph(bars, { caption, width: Math.min(30, Math.trunc(room / 2)), format, unicode: facts.unicode });
}
