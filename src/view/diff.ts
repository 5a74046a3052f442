import { paint, type TerminalFacts } from '#base/terminal.ts';

/** One line of a difference: kept, removed from the old side, or added on the new side. */
export interface DiffLine {
  readonly kind: '=' | '-' | '+';
  readonly text: string;
}

/** Beyond this many edits the two texts are shown as wholly replaced, so that time and memory stay bounded. */
const maxEdits = 1000;

/**
 * The shortest list of removals and additions that turns `before` into `after` (Myers' greedy algorithm, 1986),
 * removals before additions. Texts that differ in more than 1000 lines come out as all removed, all added.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++;
  }
  const kept = (text: string): DiffLine => ({ kind: '=', text });
  return [
    ...before.slice(0, start).map(kept),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const trail = search(a, b);
  if (trail === undefined) {
    return [...a.map((text): DiffLine => ({ kind: '-', text })), ...b.map((text): DiffLine => ({ kind: '+', text }))];
  }
  const out: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trail.length - 1; d >= 0; d--) {
    const k = x - y;
    const down = goesDown(trail[d], d, k);
    const from = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : reach(trail[d], from);
    const fromY = d === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      out.push({ kind: '=', text: a[--x] ?? '' });
      y--;
    }
    if (d === 0) break;
    if (down) out.push({ kind: '+', text: b[--y] ?? '' });
    else out.push({ kind: '-', text: a[--x] ?? '' });
  }
  return removalsFirst(out.reverse());
}

/** The furthest x on diagonals -size to size, as an array with the middle one in its middle; -1 where none was reached. */
type Reached = Int32Array;

function reach(reached: Reached | undefined, k: number): number {
  return reached?.[k + (reached.length >> 1)] ?? -1;
}

/** Whether the furthest way to diagonal `k` with `d` edits ends with an addition. */
function goesDown(reached: Reached | undefined, d: number, k: number): boolean {
  return k === -d || (k !== d && reach(reached, k - 1) < reach(reached, k + 1));
}

/** The furthest points reached before each number of edits, or undefined when it takes too many. */
function search(a: readonly string[], b: readonly string[]): Reached[] | undefined {
  const trail: Reached[] = [];
  let far: Reached = new Int32Array(3).fill(-1);
  // The way begins above diagonal 0, so that the first step down leads to the origin.
  far[2] = 0;
  for (let d = 0; d <= Math.min(a.length + b.length, maxEdits); d++) {
    trail.push(far);
    const next = new Int32Array(2 * d + 5).fill(-1);
    next.set(far, (next.length - far.length) >> 1);
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(far, d, k) ? reach(far, k + 1) : reach(far, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next[k + (next.length >> 1)] = x;
      if (x >= a.length && x - k >= b.length) return trail;
    }
    far = next;
  }
  return undefined;
}

/** Within one run of changes the order of the edits is free; people read old before new. */
function removalsFirst(lines: readonly DiffLine[]): DiffLine[] {
  const out: DiffLine[] = [];
  const added: DiffLine[] = [];
  for (const line of lines) {
    if (line.kind === '+') added.push(line);
    else {
      if (line.kind === '=') out.push(...added.splice(0));
      out.push(line);
    }
  }
  out.push(...added);
  return out;
}

/**
 * `before` against `after` as text: each line after `- `, `+ ` or two blanks, with `context` unchanged lines (default 3)
 * around a change and `... // N identical lines` for what is left out. Empty when there is no difference.
 */
export function textDiff(before: string, after: string, options: { context?: number } = {}): string {
  const lines = diffLines(splitLines(before), splitLines(after));
  if (lines.every((line) => line.kind === '=')) return '';
  const shown = elide(
    lines,
    (line) => line.kind === '=',
    options.context ?? 3,
    (count) => `  ... // ${count} identical lines`,
    (line) => `${line.kind === '=' ? ' ' : line.kind} ${line.text}`,
  );
  return shown.map((line) => line + '\n').join('');
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** One named setting on both sides, each written as it should be shown (`"ORDERS"`, `-1`, `s"1h0m0s"`). */
export interface FieldChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/**
 * The difference of two configurations, field by field, in the form `nats stream edit` shows (go-cmp's): a type name in
 * braces, the changed fields as `-` and `+` lines, two fields of context, and a count for the identical rest.
 * Empty when nothing differs.
 */
export function fieldDiff(type: string, fields: readonly FieldChange[]): string {
  if (fields.every((field) => field.before === field.after)) return '';
  const groups: (FieldChange | string)[] = elide<FieldChange, FieldChange | string>(
    fields,
    (field) => field.before === field.after,
    2,
    (count) => `  \t... // ${count} identical fields`,
    (field) => field,
  );
  const out = [`  ${type}{`];
  for (let at = 0; at < groups.length; at++) {
    const entry = groups[at];
    if (typeof entry === 'string' || entry === undefined) {
      out.push(entry ?? '');
      continue;
    }
    let last = at;
    while (typeof groups[last + 1] === 'object') last++;
    const run = groups.slice(at, last + 1) as FieldChange[];
    const width = Math.max(...run.map((field) => field.name.length)) + 1;
    for (const field of run) {
      const label = `${`${field.name}:`.padEnd(width)} `;
      if (field.before === field.after) out.push(`  \t${label}${field.before},`);
      else out.push(`- \t${label}${field.before},`, `+ \t${label}${field.after},`);
    }
    at = last;
  }
  out.push('  }');
  return out.map((line) => line + '\n').join('');
}

/** Leaves out runs of equal entries beyond `context` on either side of a change; a run of one is never worth leaving out. */
function elide<T, R>(
  entries: readonly T[],
  equal: (entry: T) => boolean,
  context: number,
  gap: (count: number) => R,
  show: (entry: T) => R,
): R[] {
  const out: R[] = [];
  for (let at = 0; at < entries.length; ) {
    let end = at;
    while (end < entries.length && equal(entries[end] as T)) end++;
    const run = entries.slice(at, end);
    const head = at === 0 ? 0 : Math.min(context, run.length);
    const tail = end === entries.length ? 0 : Math.min(context, run.length - head);
    const dropped = run.length - head - tail;
    if (dropped <= 1) out.push(...run.map(show));
    else out.push(...run.slice(0, head).map(show), gap(dropped), ...run.slice(run.length - tail).map(show));
    if (end < entries.length) out.push(show(entries[end] as T));
    at = end + 1;
  }
  return out;
}

/** Colours the removed and the added lines of a difference made here. */
export function paintDiff(text: string, facts: Pick<TerminalFacts, 'color'>): string {
  return text.replace(/^[-+].*$/gm, (line) => paint(line, line.startsWith('-') ? 'red' : 'green', facts));
}
