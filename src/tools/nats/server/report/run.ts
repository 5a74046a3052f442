// What the reports share: where the facts come from, who is missing, and showing them again and again.
import { fail } from '#base/errors.ts';
import { isFiltered, type SystemSource } from '#client/system/source.ts';
import type { ServerFilter, ServerProblem } from '#client/system/types.ts';
import { openRedraw } from '#runtime/redraw.ts';
import type { Runtime, View } from '#runtime/runtime.ts';
import { absenceOf, reportAbsent } from '../absent.ts';
import { filterOf } from '../flags.ts';
import { domainFilter, openSource } from '../source.ts';

/** The input that all reports have. */
export interface ReportInput {
  readonly limit?: number | undefined;
  readonly host?: string | undefined;
  readonly cluster?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly watch?: number | undefined;
  readonly archive?: string | undefined;
  readonly json?: boolean | undefined;
}

/** A report, and the names of the servers it is from; those undefined when it cannot tell. */
export interface Report extends View {
  readonly answered?: readonly string[];
}

/** Makes and shows a report, once or every `watch` seconds until interrupted. */
export async function runReport(
  runtime: Runtime,
  input: ReportInput,
  make: (source: SystemSource, filter: ServerFilter) => Promise<Report>,
): Promise<void> {
  const { watch = 0 } = input;
  if (watch > 0 && input.archive) throw fail('usage', '--watch is not supported when using --archive');
  const source = await openSource(runtime, { archive: input.archive, expect: input.limit });
  const filter = { ...filterOf(input), ...(await domainFilter(runtime)) };
  const show = async (): Promise<void> => {
    const report = await make(source, filter);
    await runtime.show(report, { json: input.json === true });
    if (report.answered && !input.limit && !isFiltered(filter)) await reportAbsent(runtime, source, report.answered);
  };
  if (watch <= 0) return show();
  const redraw = input.json ? undefined : await openRedraw(runtime);
  while (!runtime.signal.aborted) {
    try {
      if (redraw) redraw(await wholeText(source, filter, input, await make(source, filter)));
      else await show();
    } catch (error) {
      if (runtime.signal.aborted) return;
      throw error;
    }
    await runtime.clock.sleep(watch * 1000, runtime.signal).catch(() => undefined);
  }
}

/** The report as it is drawn, below who is missing in it. */
async function wholeText(
  source: SystemSource,
  filter: ServerFilter,
  input: ReportInput,
  report: Report,
): Promise<string> {
  const text = await report.text();
  const whole = typeof text === 'string' ? text : [...text].join('');
  const isAll = report.answered !== undefined && !input.limit && !isFiltered(filter);
  const missing = isAll ? await absenceOf(source, report.answered ?? []) : undefined;
  return missing === undefined ? whole : `Warning: ${missing}\n\n${whole}`;
}

/** Fails when any server answered with an error. */
export function refuseErrors(answers: readonly { readonly error?: ServerProblem }[], lead = ''): void {
  const problem = answers.find((a) => a.error)?.error;
  if (problem) throw fail('error', `${lead}${problem.description ?? 'unknown error'} (${problem.code ?? 0})`);
}

/** Orders by one thing, then by name; small first unless reversed. */
export function ordered<T>(
  items: readonly T[],
  reverse: boolean,
  ...keys: readonly ((item: T) => string | number | bigint)[]
): T[] {
  const compare = (a: T, b: T): number => {
    for (const key of keys) {
      const [x, y] = [key(a), key(b)];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };
  return [...items].sort((a, b) => (reverse ? -compare(a, b) : compare(a, b)));
}

/** The sum of a number of all items. */
export function sumOf<T>(items: readonly T[], pick: (item: T) => number | bigint): bigint {
  return items.reduce((sum, item) => sum + BigInt(pick(item)), 0n);
}
