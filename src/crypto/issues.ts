/** One finding of a validation. Errors block the use of a claim; time checks pass or fail with the clock. */
export interface Issue {
  /** One line; the wording of the Go library, which scripts match. */
  readonly text: string;
  readonly level: 'error' | 'warning';
  readonly blocking: boolean;
  readonly timeCheck: boolean;
}

/** What the checks of a claim report to. */
export interface Issues {
  readonly list: Issue[];
  error(text: string): void;
  warning(text: string): void;
  /** Expired or not yet valid: no error in itself. */
  time(text: string): void;
}

export function newIssues(): Issues {
  const list: Issue[] = [];
  return {
    list,
    error: (text) => void list.push({ text, level: 'error', blocking: true, timeCheck: false }),
    warning: (text) => void list.push({ text, level: 'warning', blocking: false, timeCheck: false }),
    time: (text) => void list.push({ text, level: 'warning', blocking: false, timeCheck: true }),
  };
}

/** Whether a claim with these issues may not be used; time checks count when asked for. */
export function isBlocking(issues: readonly Issue[], withTimeChecks: boolean): boolean {
  return issues.some((issue) => issue.blocking || (withTimeChecks && issue.timeCheck));
}
