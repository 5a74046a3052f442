/** First and last sequence that are missing. */
export type Gap = [bigint, bigint];

/** Joins missing sequences, in any order, to gaps. */
export function deletedGaps(missing: readonly bigint[]): Gap[] {
  const sorted = [...missing].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const gaps: Gap[] = [];
  for (const seq of sorted) {
    const last = gaps.at(-1);
    if (last && seq <= last[1] + 1n) last[1] = seq;
    else gaps.push([seq, seq]);
  }
  return gaps;
}

/** What is missing between `first` and `last` when these sequences, in order, are there. */
export async function messageGaps(present: AsyncIterable<bigint>, first: bigint, last: bigint): Promise<Gap[]> {
  const gaps: Gap[] = [];
  let next = first;
  for await (const seq of present) {
    if (seq > next) gaps.push([next, seq - 1n]);
    next = seq + 1n;
  }
  if (next <= last) gaps.push([next, last]);
  return gaps;
}
