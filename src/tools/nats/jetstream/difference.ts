// The difference of two configurations in the form the original prints: Go field names, -old and +new lines.
import { formatDuration } from '#base/duration.ts';
import { stringifyJson } from '#base/json64.ts';
import { formatRfc3339Nano, tryParseRfc3339 } from '#base/time.ts';
import { type FieldChange, fieldDiff } from '#view/diff.ts';

type Kind = 'text' | 'word' | 'number' | 'bool' | 'duration' | 'durations' | 'time' | 'list' | 'map' | 'other';

/** One field: its Go name, how it is written, and what stands for an absent one. */
export interface FieldForm {
  readonly key: string;
  readonly name: string;
  readonly kind: Kind;
  /** Words as the original shows them, for kind word. */
  readonly words?: Readonly<Record<string, string>>;
  readonly absent?: unknown;
}

/** A time in the words of Go's String method, in UTC. */
export function goTimeText(time: string): string {
  const ns = tryParseRfc3339(time);
  return ns === undefined ? time : formatRfc3339Nano(ns).replace('T', ' ').replace('Z', ' +0000 UTC');
}

function shown(form: FieldForm, value: unknown): string {
  const v = value ?? form.absent;
  switch (form.kind) {
    case 'text':
      return JSON.stringify(v ?? '');
    case 'word':
      return `s${JSON.stringify(form.words?.[String(v)] ?? String(v ?? ''))}`;
    case 'duration':
      return `s${JSON.stringify(formatDuration(BigInt((v as number | bigint | undefined) ?? 0)))}`;
    case 'durations': {
      const items = ((v as (number | bigint)[] | undefined) ?? []).map((d) => formatDuration(BigInt(d)));
      return items.length === 0 ? 'nil' : `[]time.Duration{${items.map((d) => `s${JSON.stringify(d)}`).join(', ')}}`;
    }
    case 'time':
      return v === undefined ? 'nil' : `s${JSON.stringify(goTimeText(String(v)))}`;
    case 'number':
      return String(v ?? 0);
    case 'bool':
      return String(v === true);
    case 'list': {
      const items = [...((v as string[] | undefined) ?? [])].sort();
      return `Inverse(Sort, []string{${items.map((s) => JSON.stringify(s)).join(', ')}})`;
    }
    case 'map': {
      if (v === undefined) return 'nil';
      const entries = Object.entries(v as Record<string, string>).map(
        ([k, t]) => `${JSON.stringify(k)}: ${JSON.stringify(t)}`,
      );
      return `map[string]string{${entries.sort().join(', ')}}`;
    }
    default:
      return isEmpty(v) ? 'nil' : stringifyJson(v, { escapeHtml: false });
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** '' when nothing differs. Fields that no form names are compared too and shown by their key. */
export function configDifference(
  type: string,
  forms: readonly FieldForm[],
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string {
  const known = new Set(forms.map((f) => f.key));
  const further = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((k) => !known.has(k));
  const all = [...forms, ...further.map((key): FieldForm => ({ key, name: key, kind: 'other' }))];
  const fields = all.map(
    (form): FieldChange => ({
      name: form.name,
      before: shown(form, before[form.key]),
      after: shown(form, after[form.key]),
    }),
  );
  return fieldDiff(type, fields);
}
