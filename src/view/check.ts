/** The verdicts of `nats server check`, in the words and exit statuses of Nagios plugins. */
export type CheckStatus = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** One measured value of a check. A threshold of 0 means that none is set. */
export interface PerfData {
  readonly name: string;
  readonly value: number;
  readonly warning?: number;
  readonly critical?: number;
  /** `s`, `B`, `%` or nothing. */
  readonly unit?: string;
  /** One sentence for the text and Prometheus forms. */
  readonly help?: string;
}

/** What a check found; nagios.ts, prometheus.ts and check.ts write it. */
export interface CheckResult {
  /** The kind of check in Prometheus names: `connection`, `stream`, `consumer`. */
  readonly suite: string;
  /** What was checked: `Connection`, a stream's name, `STREAM_CONSUMER`. */
  readonly name: string;
  readonly criticals: readonly string[];
  readonly warnings: readonly string[];
  readonly oks: readonly string[];
  readonly perf: readonly PerfData[];
  /** The check itself could not be made: what is critical tells why. */
  readonly isUnknown?: boolean;
  /** Text that takes the place of the good news in the Nagios line. */
  readonly output?: string;
}

/** Unknown before critical before warning before fine; nothing found at all is fine too. */
export function checkStatus(result: Pick<CheckResult, 'criticals' | 'warnings' | 'isUnknown'>): CheckStatus {
  if (result.isUnknown) return 'UNKNOWN';
  if (result.criticals.length > 0) return 'CRITICAL';
  return result.warnings.length > 0 ? 'WARNING' : 'OK';
}

/** The exit status of a verdict for the forms nagios, json and text. Prometheus output always exits 0. */
export function checkExit(status: CheckStatus): 0 | 1 | 2 | 3 {
  return ({ OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const)[status];
}

/** The JSON document of a check, keys in the order of the original; lists that are empty are left out, perf_data never. */
export function checkJson(result: CheckResult): Record<string, unknown> {
  return {
    ...(result.output ? { output: result.output } : {}),
    status: checkStatus(result),
    check_suite: result.suite,
    check_name: result.name,
    ...(result.warnings.length > 0 ? { warning: result.warnings } : {}),
    ...(result.criticals.length > 0 ? { critical: result.criticals } : {}),
    ...(result.oks.length > 0 ? { ok: result.oks } : {}),
    perf_data: result.perf.map((item) => ({
      name: item.name,
      value: item.value,
      warning: item.warning ?? 0,
      critical: item.critical ?? 0,
      ...(item.unit ? { unit: item.unit } : {}),
    })),
  };
}
