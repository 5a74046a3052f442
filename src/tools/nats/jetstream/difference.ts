// The difference of two configurations, field by field, in the -old +new form.
import { stringifyJson } from '#base/json64.ts';

/** Lines `-  key: old` and `+  key: new` of all fields that differ; lists that only differ in order are equal. '' when nothing differs. */
export function configDifference(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string {
  const lines: string[] = [];
  compare(lines, '', before, after);
  return lines.map((l) => `${l}\n`).join('');
}

function compare(lines: string[], path: string, before: unknown, after: unknown): void {
  if (same(before, after)) return;
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) compare(lines, path ? `${path}.${key}` : key, before[key], after[key]);
    return;
  }
  if (before !== undefined) lines.push(`-  ${path}: ${stringifyJson(before, { escapeHtml: false })}`);
  if (after !== undefined) lines.push(`+  ${path}: ${stringifyJson(after, { escapeHtml: false })}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** Absent, empty and false mean the same to the server; order of lists of words means nothing. */
function canonical(value: unknown): string {
  if (value === undefined || value === null || value === '' || value === false) return '';
  if (Array.isArray(value)) {
    if (value.length === 0) return '';
    return value.every((v) => typeof v === 'string') ? JSON.stringify([...value].sort()) : stringifyJson(value);
  }
  if (isRecord(value)) {
    const keys = Object.keys(value).filter((k) => canonical(value[k]) !== '');
    return keys.length === 0
      ? ''
      : keys
          .sort()
          .map((k) => `${k}=${canonical(value[k])}`)
          .join(';');
  }
  return String(value);
}
