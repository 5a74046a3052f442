// The report of an audit: every check with its outcome, as data that is saved and loaded again.
import { fail, messageOf } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import { formatRfc3339Nano, tryParseRfc3339 } from '#base/time.ts';
import type { Archive } from '#client/system/archive-file.ts';
import { auditChecks } from './checks/all.ts';
import { type AuditCheck, documents, newExamples, type Outcome, outcomes } from './checks/check.ts';

const analysisType = 'io.nats.audit.v1.analysis';

/** A check without what it does, as reports hold it. */
export interface CheckFacts {
  readonly code: string;
  readonly suite: string;
  readonly name: string;
  readonly description: string;
  readonly configuration: Readonly<Record<string, ThresholdFacts>>;
}

interface ThresholdFacts {
  readonly key: string;
  readonly check: string;
  readonly description: string;
  readonly default: number;
  readonly unit: string;
}

/** How one check ended. */
export interface CheckResult {
  readonly check: CheckFacts;
  readonly outcome: number;
  readonly outcome_string: Outcome;
  readonly examples: { readonly examples?: readonly string[]; readonly error?: string };
}

/** Who made the archive, when, and of what. */
export interface ArchiveFacts {
  readonly capture_timestamp: string;
  readonly connected_server_name: string;
  readonly connected_server_version: string;
  readonly connect_url: string;
  readonly user_name: string;
  readonly version: string;
}

/** A report, in the shape of its file. */
export interface Analysis {
  readonly type: string;
  readonly time: string;
  readonly metadata: ArchiveFacts;
  readonly skipped_checks: readonly string[];
  readonly skipped_suites: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

/** A report, and by code how many issues are not among the examples. */
export interface Analysed {
  readonly analysis: Analysis;
  readonly more: ReadonlyMap<string, number>;
}

export interface AnalyseOptions {
  /** Codes of checks, and suites, to leave out; any case. */
  readonly skip: readonly string[];
  /** Examples kept of each check; 0 for all. */
  readonly examples: number;
  /** Unix nanoseconds. */
  readonly now: bigint;
  log(text: string): void;
}

/** The facts of a check. */
export function checkFacts({ code, suite, name, description, thresholds = {} }: AuditCheck): CheckFacts {
  const configuration: Record<string, ThresholdFacts> = {};
  for (const key of Object.keys(thresholds).sort()) {
    const { description: text, default: value, unit } = thresholds[key] as NonNullable<(typeof thresholds)[string]>;
    configuration[key] = { key, check: code, description: text, default: value, unit };
  }
  return { code, suite, name, description, configuration };
}

/** Runs all checks over an archive. A check that cannot be run is skipped, and says why. */
export async function analyse(archive: Archive, options: AnalyseOptions): Promise<Analysed> {
  const metadata = await archiveFacts(archive);
  const captured = tryParseRfc3339(metadata.capture_timestamp) ?? options.now;
  const skipped = new Set(options.skip.map((word) => word.toLowerCase()));
  const more = new Map<string, number>();
  const results: CheckResult[] = [];
  for (const check of auditChecks) {
    const facts = checkFacts(check);
    if (skipped.has(check.code.toLowerCase()) || skipped.has(check.suite.toLowerCase())) {
      results.push({ check: facts, outcome: outcomes.SKIP, outcome_string: 'SKIP', examples: {} });
      continue;
    }
    const examples = newExamples(options.examples);
    let error: string | undefined;
    const outcome = await check
      .run({
        archive,
        examples,
        captured,
        threshold: (name) => check.thresholds?.[name]?.default ?? 0,
        log: (text) => options.log(`${check.code}: ${text}`),
      })
      .catch((reason: unknown): Outcome => {
        error = messageOf(reason);
        return 'SKIP';
      });
    if (examples.count > examples.kept.length) more.set(check.code, examples.count - examples.kept.length);
    results.push({
      check: facts,
      outcome: outcomes[outcome],
      outcome_string: outcome,
      examples: { ...(examples.kept.length > 0 ? { examples: examples.kept } : {}), ...(error ? { error } : {}) },
    });
  }
  const count = (outcome: Outcome) => results.filter((r) => r.outcome_string === outcome).length;
  const analysis: Analysis = {
    type: analysisType,
    time: formatRfc3339Nano(options.now),
    metadata,
    skipped_checks: [...options.skip].sort(),
    skipped_suites: [],
    checks: results,
    outcomes: { FAIL: count('FAIL'), PASS: count('PASS'), SKIP: count('SKIP'), WARN: count('WARN') },
  };
  return { analysis, more };
}

async function archiveFacts(archive: Archive): Promise<ArchiveFacts> {
  for await (const facts of documents<ArchiveFacts>(archive, { special: 'audit_gather_metadata' })) return facts;
  const nothing = { connected_server_name: '', connected_server_version: '', connect_url: '', user_name: '' };
  return { capture_timestamp: '0001-01-01T00:00:00Z', ...nothing, version: '' };
}

/** A report from the text of its file. */
export function readAnalysis(text: string): Analysis {
  const document = parseJson(text) as unknown as Partial<Analysis>;
  if (document?.type !== analysisType) {
    throw fail('error', `unexpected analysis type "${document?.type ?? ''}"`, {
      hint: 'nats audit analyze ARCHIVE --save FILE writes a report',
    });
  }
  return document as Analysis;
}
