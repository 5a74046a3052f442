// Collects what a check finds.
import { BoxError, messageOf } from '#base/errors.ts';
import type { CheckResult, PerfData } from '#view/check.ts';

/** A check in the making. */
export interface Verdict {
  critical(text: string): void;
  /** The check cannot be made as it was asked for: critical, or unknown under --strict. */
  cannot(text: string): void;
  warn(text: string): void;
  ok(text: string): void;
  perf(item: PerfData): void;
  /** Whether anything bad was found so far. */
  isBad(): boolean;
  result(): CheckResult;
}

export function newVerdict(suite: string, name: string): Verdict {
  const criticals: string[] = [];
  const warnings: string[] = [];
  const oks: string[] = [];
  const perf: PerfData[] = [];
  let isUnknown = false;
  return {
    cannot: (text) => {
      criticals.push(text);
      isUnknown = true;
    },
    critical: (text) => void criticals.push(text),
    warn: (text) => void warnings.push(text),
    ok: (text) => void oks.push(text),
    perf: (item) => void perf.push(item),
    isBad: () => criticals.length + warnings.length > 0,
    result: () => ({ suite, name, criticals, warnings, oks, perf, ...(isUnknown ? { isUnknown } : {}) }),
  };
}

/** Runs a step; when it fails, that is critical and the check is over (undefined). */
export async function attempt<T>(verdict: Verdict, lead: string, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    // A login that is refused and settings that are wrong say nothing about what is checked.
    const isBlind = error instanceof BoxError && (error.kind === 'denied' || error.kind === 'usage');
    verdict[isBlind ? 'cannot' : 'critical'](`${lead}: ${messageOf(error)}`);
    return undefined;
  }
}

/** Seconds of a duration in nanoseconds. */
export function seconds(ns: bigint | undefined): number {
  return Number(ns ?? 0n) / 1e9;
}

/** Nanoseconds of a number of seconds. */
export function nanosOf(value: number): bigint {
  return BigInt(Math.round(value * 1e9));
}
