import { humanDuration, parseGoDuration } from '#base/duration.ts';
import type { Cell } from '#view/table-model.ts';

function parsed(text: string): bigint | undefined {
  try {
    return parseGoDuration(text);
  } catch {
    return undefined;
  }
}

/** A duration as a server writes it in our form; red from `limit` nanoseconds on. */
export function rttCell(text: string | undefined, limit: bigint): Cell {
  const ns = text ? parsed(text) : undefined;
  if (ns === undefined) return text ?? '';
  return ns < limit ? humanDuration(ns) : { value: humanDuration(ns), style: 'red' };
}

/** Nanoseconds of a duration as a server writes it, in our form; what is none stays as it is. */
export function upText(text: string): string {
  const ns = parsed(text);
  return ns === undefined ? text : humanDuration(ns);
}
