// Marks in messages: who sent which message of a run, and when it should have left.

import type { Plan } from '../plan.ts';
import type { Counts } from '../sample.ts';

/** Bytes of a mark: the word, the client, the number, the time. */
export const MARK = 28;
const WORD = 0x6e62_7831;

export function canMark(plan: Plan): boolean {
  return plan.payload.length >= MARK;
}

/** Writes a mark over the beginning of a payload. `time`: milliseconds since 1970. */
export function putMark(into: Uint8Array, at: number, client: number, number: number, time: number): void {
  const view = new DataView(into.buffer, into.byteOffset + at, MARK);
  view.setUint32(0, WORD);
  view.setUint32(8, client);
  view.setFloat64(12, number);
  view.setFloat64(20, time);
}

export interface MarkReader {
  /** The time of the mark; undefined for a message without one. */
  read(payload: Uint8Array): number | undefined;
  counts(): Counts;
}

/** Counts what is missing and what came twice, for each sender apart. */
export function markReader(): MarkReader {
  const senders = new Map<number, { next: number; missing: Set<number> }>();
  let duplicate = 0;
  let gaps = 0;
  const see = (client: number, number: number) => {
    const sender = senders.get(client) ?? { next: 0, missing: new Set<number>() };
    senders.set(client, sender);
    if (number === sender.next) sender.next++;
    else if (number > sender.next) {
      gaps++;
      for (let i = sender.next; i < number; i++) sender.missing.add(i);
      sender.next = number + 1;
    } else if (!sender.missing.delete(number)) duplicate++;
  };
  return {
    read(payload) {
      if (payload.length < MARK) return undefined;
      const view = new DataView(payload.buffer, payload.byteOffset, MARK);
      if (view.getUint32(0) !== WORD) return undefined;
      see(view.getUint32(8), view.getFloat64(12));
      return view.getFloat64(20);
    },
    counts: () => ({ lost: [...senders.values()].reduce((n, s) => n + s.missing.size, 0), duplicate, gaps }),
  };
}
