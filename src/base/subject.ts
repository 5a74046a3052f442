/** Subjects as nats-server treats them: tokens split at dots, `*` for one token, `>` for one or more at the end. */

/** The tokens of a subject; empty tokens are kept so that callers can refuse them. */
export function tokens(subject: string): string[] {
  return subject.split('.');
}

/** How many tokens the subject has; none when it is empty. */
export function tokenCount(subject: string): number {
  if (subject === '') return 0;
  let count = 1;
  for (let i = subject.indexOf('.'); i >= 0; i = subject.indexOf('.', i + 1)) count += 1;
  return count;
}

/** Whether the server would take the subject for a subscription: no empty tokens, no blanks, `>` only at the end. */
export function isValidSubject(subject: string): boolean {
  if (subject === '' || /[\t\n\f\r ]/.test(subject)) return false;
  const parts = subject.split('.');
  return parts.every((token, i) => token !== '' && (token !== '>' || i === parts.length - 1));
}

/** Whether any token is a wildcard. */
export function hasWildcard(subject: string): boolean {
  if (!subject.includes('*') && !subject.includes('>')) return false;
  return subject.split('.').some((token) => token === '*' || token === '>');
}

/** Whether a message can be published to the subject: valid and without wildcards. */
export function isValidLiteral(subject: string): boolean {
  return isValidSubject(subject) && !hasWildcard(subject);
}

/**
 * Whether every subject that `subject` can stand for is covered by `filter`. With a literal subject this is plain
 * matching: `orders.1` is within `orders.*`; also `orders.*` within `orders.>`, but not `orders.>` within `orders.*`.
 */
export function isWithin(subject: string, filter: string): boolean {
  if (filter === '>') return subject !== '' && !subject.startsWith('.');
  if (subject === filter) return isValidSubject(subject);
  return tokensWithin(subject.split('.'), filter.split('.'));
}

function tokensWithin(subject: readonly string[], filter: readonly string[]): boolean {
  for (const [i, want] of filter.entries()) {
    const have = subject[i];
    if (have === undefined || have === '' || want === '') return false;
    if (want === '>') return true;
    if (have === '>') return false;
    if (want !== '*' && want !== have) return false;
  }
  return subject.length === filter.length;
}

/** A test for many subjects against one filter; the filter is taken apart once. Subjects may hold wildcards, as in `isWithin`. */
export function subjectMatcher(filter: string): (subject: string) => boolean {
  if (!hasWildcard(filter)) return (subject) => subject === filter;
  const parts = filter.split('.');
  if (filter === '>') return (subject) => isWithin(subject, '>');
  // Most filters are a literal beginning and `>`: a comparison of the beginning does.
  const prefix = parts.slice(0, -1);
  if (parts.at(-1) === '>' && !prefix.includes('*')) {
    const start = `${prefix.join('.')}.`;
    return (subject) => subject.startsWith(start) && subject.length > start.length && subject[start.length] !== '.';
  }
  return (subject) => tokensWithin(subject.split('.'), parts);
}

/** Whether some literal subject matches both; `a.*` and `*.b` do (`a.b`), `a.*` and `a.*.c` do not. */
export function subjectsCollide(a: string, b: string): boolean {
  if (a === b) return true;
  const left = a.split('.');
  const right = b.split('.');
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const x = left[i] ?? '';
    const y = right[i] ?? '';
    if (x === '' || y === '') return false;
    if (x === '>' || y === '>') return true;
    if (x !== '*' && y !== '*' && x !== y) return false;
  }
  return left.length === right.length;
}

/** The tokens before the first wildcard, joined: `a.b` for `a.b.*.c`; the whole filter when it has none. */
export function literalPrefix(filter: string): string {
  const parts = filter.split('.');
  const wild = parts.findIndex((token) => token === '*' || token === '>');
  return (wild < 0 ? parts : parts.slice(0, wild)).join('.');
}

/** Whether a name can be that of a stream or consumer: no blanks, no dot, no wildcards, no path separators, not empty. */
export function isValidName(name: string): boolean {
  return name !== '' && !/[\s.*>\\/\0]/.test(name);
}

/** Splits lists of subjects typed with commas or blanks: `a,b c` are three. */
export function splitList(values: readonly string[]): string[] {
  return values.flatMap((value) =>
    /[,\s]/.test(value) ? value.split(/[,\s]+/).filter((part) => part !== '') : [value],
  );
}
