/** Subject rules as the configuration and permissions need them; subjects are ordinary text here. */

/** Whether this may be subscribed to: no empty token, no blanks, `>` only at the end. */
export function validSubject(subject: string): boolean {
  const tokens = subject.split('.');
  for (const [i, t] of tokens.entries()) {
    if (t === '' || /[\t\n\f\r ]/.test(t)) return false;
    if (t === '>' && i < tokens.length - 1) return false;
  }
  return true;
}

/** Whether this may be published to: valid and without wildcards. */
export function literalSubject(subject: string): boolean {
  return validSubject(subject) && !hasWildcard(subject);
}

export function hasWildcard(subject: string): boolean {
  for (const t of subject.split('.')) if (t === '*' || t === '>') return true;
  return false;
}

/** Whether everything `subject` matches is matched by `filter` too. */
export function isSubset(subject: string, filter: string): boolean {
  return subsetTokens(subject.split('.'), filter.split('.'));
}

export function subsetTokens(tokens: readonly string[], test: readonly string[]): boolean {
  for (let i = 0; i < test.length; i++) {
    if (i >= tokens.length) return false;
    const f = test[i]!;
    const t = tokens[i]!;
    if (f === '') return false;
    if (f === '>') return true;
    if (t === '' || t === '>') return false;
    if (t === '*') {
      if (f !== '*') return false;
      continue;
    }
    // As in the original, any filter token that begins with a star is taken for one.
    if (!f.startsWith('*') && f !== t) return false;
  }
  return tokens.length === test.length;
}

/** Whether some subject is matched by both. */
export function collide(a: string, b: string): boolean {
  if (a === b) return true;
  const x = a.split('.');
  const y = b.split('.');
  const starX = x.includes('*');
  const starY = y.includes('*');
  const restX = x.includes('>');
  const restY = y.includes('>');
  const literalX = !starX && !restX;
  const literalY = !starY && !restY;
  if (literalX && literalY) return false;
  if (literalX) return subsetTokens(x, y);
  if (literalY) return subsetTokens(y, x);
  if (!restX && !restY && x.length !== y.length) return false;
  if (x.length < y.length && !restX) return false;
  if (y.length < x.length && !restY) return false;
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const s = x[i]!;
    const t = y[i]!;
    if (s === '' || t === '') return false;
    if (s[0] === '*' || t[0] === '*' || s[0] === '>' || t[0] === '>') continue;
    if (s !== t) return false;
  }
  return true;
}
