import { openProgress } from '#runtime/progress.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** Smaller transfers are over before a bar is seen. */
const WORTH = 20_480n;

/** A bar for a transfer of `total` bytes; undefined where it is small, or nobody would see one. */
export async function transferProgress(runtime: Runtime, wanted: boolean, total: bigint | undefined) {
  if (total === undefined || total <= WORTH) return undefined;
  return openProgress(runtime, { wanted, total: Number(total), unit: 'bytes', piped: 'end' });
}
