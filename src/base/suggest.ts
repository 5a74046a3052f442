/**
 * How many single edits - insert, remove, replace a letter, swap two neighbours - lead from one word to the other, case
 * ignored. Words longer than 64 letters count as entirely different.
 */
export function editDistance(a: string, b: string): number {
  const x = a.toLowerCase();
  const y = b.toLowerCase();
  if (x === y) return 0;
  if (x.length > 64 || y.length > 64) return Math.max(x.length, y.length);
  let before: number[] = [];
  let previous = Array.from({ length: y.length + 1 }, (_, j) => j);
  for (let i = 1; i <= x.length; i++) {
    const row = [i];
    for (let j = 1; j <= y.length; j++) {
      const same = x[i - 1] === y[j - 1];
      let best = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1];
      if (swapped) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[y.length] ?? 0;
}

/**
 * The names a typo may have meant, nearest first, at most `limit`: those within `reach` edits (by default a third of the
 * typed letters, at least 1 and at most 3) and those that begin with what was typed.
 */
export function suggest(typed: string, names: Iterable<string>, limit = 3, reach?: number): string[] {
  const most = reach ?? Math.min(3, Math.max(1, Math.floor(typed.length / 3)));
  const scored: [number, string][] = [];
  for (const name of new Set(names)) {
    // One letter is near to every short word.
    if (name.length < 2 || typed === '') continue;
    const distance = editDistance(typed, name);
    const begins = typed.length > 1 && name.toLowerCase().startsWith(typed.toLowerCase());
    // A replaced word is no typo: at least one letter has to stay.
    if (distance <= most && distance < Math.max(typed.length, name.length)) scored.push([distance, name]);
    else if (begins) scored.push([most + 1, name]);
  }
  return scored
    .sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))
    .slice(0, limit)
    .map(([, name]) => name);
}
