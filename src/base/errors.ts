/**
 * Causes of failure a caller can act on. Each has one documented exit status under `--strict`
 * (docs/output.md); without it every failure exits 1 as the Go tools do.
 */
export const causes = {
  error: 1,
  usage: 2,
  'not-found': 3,
  denied: 4,
  timeout: 5,
  'no-responders': 6,
  unreachable: 7,
  conflict: 8,
  partial: 9,
  'check-failed': 10,
} as const;

export type Cause = keyof typeof causes;

export interface BoxErrorFacts {
  /** What to do next, as something the user can type or change. One sentence. */
  readonly hint?: string;
  /** Numeric code given by a server: JetStream err_code or HTTP-like status. */
  readonly code?: number;
  /** Whether the same call may succeed later without a change by the user. */
  readonly retryable?: boolean;
  /** Exit status that wins over the one of the cause, e.g. nagios 2. */
  readonly exit?: number;
  /** Show the help of the command as well, as for a command line that could not be read. */
  readonly showUsage?: boolean;
  readonly reason?: unknown;
}

/**
 * The one error type that commands and libraries throw on purpose. The message is a complete line without
 * a prefix; main adds the tool's prefix, the hint and the exit status.
 */
export class BoxError extends Error {
  readonly kind: Cause;
  readonly facts: BoxErrorFacts;

  constructor(kind: Cause, message: string, facts: BoxErrorFacts = {}) {
    super(message, facts.reason === undefined ? undefined : { cause: facts.reason });
    this.name = 'BoxError';
    this.kind = kind;
    this.facts = facts;
  }
}

/** Short form: `throw fail('not-found', 'stream not found', { code: 10059 })`. */
export function fail(kind: Cause, message: string, facts?: BoxErrorFacts): BoxError {
  return new BoxError(kind, message, facts);
}

/** The message of anything that can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same error with words in front that say what was being done; the kind and the facts stay. */
export function during(what: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof BoxError)) throw error;
    throw new BoxError(error.kind, `${what}: ${error.message}`, error.facts);
  };
}

/**
 * A message without what it may not show: seeds (or what nearly is one) and the payload and signature of tokens, which a
 * user may have typed where a name or a file belongs.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\bS[ACMNOUVX][A-Z2-7]{40,}/g, (seed) => `${seed.slice(0, 2)}...`)
    .replace(/\beyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g, 'eyJ...');
}
