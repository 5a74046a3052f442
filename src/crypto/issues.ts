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

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function escapeOf(char: string): string {
  if (named[char]) return named[char];
  const code = char.codePointAt(0)!;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Text in double quotes, what does not print as escapes: Go's %q. */
export function quote(text: string): string {
  const body = text.replace(/["\\]/g, '\\$&').replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, escapeOf);
  return `"${body}"`;
}
