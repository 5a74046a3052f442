// How a change ends: it is written, or only told under --plan; then the report is shown.
import { type BoxError, fail, withoutSecrets } from '#base/errors.ts';
import { any, arr, type OutputSpec, obj, recordOf, type Schema } from '#cli/schema.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { shortPath } from '#store/dirs.ts';
import type { FileChange } from '#store/disk.ts';
import { type Nsc, type OpenOptions, openNsc } from './nsc.ts';
import { type Entry, reportPieces, summary, worst } from './report.ts';

/** What a change gives back. */
export interface Outcome {
  readonly entries: readonly Entry[];
  /** Adds a last line on how many jobs went well. */
  readonly sum?: boolean;
  /** Further fields of the data: names, keys, paths. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Text that comes before the report. */
  readonly before?: string;
  /** Text that comes after it. */
  readonly after?: string;
  /** The error to end with, when it is not the one of the report. */
  readonly error?: BoxError;
  /** Nothing is written, although there is something to report. */
  readonly discard?: boolean;
}

/** Shape of what changes give: the lines of the report and the facts of what was changed. */
export const changed: OutputSpec = recordOf({
  ...obj({ status: { type: 'string', enum: ['ok', 'warning', 'error'] }, changes: arr(any), 'planned?': arr(any) }),
  description: 'changes: level, text, details; planned: what --plan would do to files',
  additionalProperties: any,
});

/** `changed` with further fields; those whose names end in `?` may be missing. */
export function changedWith(fields: Readonly<Record<string, Schema>>): OutputSpec {
  const base = changed.schema;
  const more = obj(fields);
  const properties = { ...base.properties, ...more.properties };
  return recordOf({ ...base, properties, required: [...(base.required ?? []), ...(more.required ?? [])] });
}

/** Opens nsc, runs a change, writes what it collected and shows its report. An error of the body leaves all as it was. */
export async function change(
  runtime: Runtime,
  body: (nsc: Nsc) => Promise<Outcome>,
  options: OpenOptions = {},
): Promise<void> {
  const nsc = await openNsc(runtime, options);
  const outcome = await body(nsc);
  const planned =
    runtime.contract.plan && !outcome.discard
      ? nsc.disk.pending.filter((c) => c.action !== 'mkdir').map((c) => plannedChange(runtime, c))
      : [];
  if (!outcome.discard) await nsc.commit();
  await showOutcome(runtime, outcome, planned);
}

interface Planned {
  readonly action: FileChange['action'];
  readonly path: string;
  readonly to?: string;
}

function plannedChange(runtime: Runtime, change: FileChange): Planned {
  const { action } = change;
  const path = shortPath(runtime, change.path);
  return action === 'rename' ? { action, path, to: shortPath(runtime, change.to) } : { action, path };
}

/** Whether data is wanted, not text. */
export function wantsData({ contract }: Runtime): boolean {
  return contract.as !== 'text' || contract.jq !== undefined || contract.fields !== undefined;
}

/** Shows a report; one with errors goes to stderr as a whole and ends the command. */
export async function showOutcome(runtime: Runtime, outcome: Outcome, planned: readonly Planned[] = []): Promise<void> {
  const { entries } = outcome;
  const sum = summary(entries, outcome.sum === true);
  const error = sum.error ?? outcome.error?.message;
  const text = function* () {
    if (outcome.before) yield outcome.before;
    yield* reportPieces(entries);
    if (sum.text) yield `${sum.text}\n`;
    for (const p of planned) yield `[PLAN] ${p.action} \`${p.path}\`${p.to ? ` to \`${p.to}\`` : ''}\n`;
    if (outcome.after) yield outcome.after;
  };
  if (error !== undefined && !wantsData(runtime)) {
    for (const piece of text()) runtime.err.write(withoutSecrets(piece));
  } else {
    const data = {
      status: worst(entries),
      ...outcome.data,
      changes: entries,
      ...(planned.length > 0 ? { planned } : {}),
    };
    await runtime.show({ data, text });
  }
  if (error === undefined) return;
  throw outcome.error && !sum.error ? outcome.error : fail(outcome.error?.kind ?? 'error', error);
}
