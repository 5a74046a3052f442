/**
 * A test for names against a pattern: `*` any run of characters, `?` one, `[a-z]` or `[!a-z]` one of a set, `\` takes the
 * next character as it is. The whole name has to match. Time is bounded by name length times pattern length.
 */
export function globMatcher(pattern: string): (name: string) => boolean {
  const steps = compile(pattern);
  return (name) => match(steps, [...name]);
}

type Step = '*' | ((c: string) => boolean);

function compile(pattern: string): Step[] {
  const chars = [...pattern];
  const steps: Step[] = [];
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i] ?? '';
    if (c === '*') {
      if (steps.at(-1) !== '*') steps.push('*');
    } else if (c === '?') steps.push(() => true);
    else if (c === '[' && chars.indexOf(']', i + 2) > 0) {
      const end = chars.indexOf(']', i + 2);
      steps.push(set(chars.slice(i + 1, end)));
      i = end;
    } else {
      const literal = c === '\\' && i + 1 < chars.length ? (chars[++i] ?? '') : c;
      steps.push((x) => x === literal);
    }
  }
  return steps;
}

function set(chars: readonly string[]): (c: string) => boolean {
  const negated = chars.length > 1 && (chars[0] === '!' || chars[0] === '^');
  const body = negated ? chars.slice(1) : chars;
  const ranges: [string, string][] = [];
  for (let i = 0; i < body.length; i++) {
    const low = body[i] ?? '';
    const high = body[i + 1] === '-' ? body[i + 2] : undefined;
    ranges.push([low, high ?? low]);
    if (high !== undefined) i += 2;
  }
  return (c) => ranges.some(([low, high]) => c >= low && c <= high) !== negated;
}

function match(steps: readonly Step[], name: readonly string[]): boolean {
  let s = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    const step = steps[s];
    if (step === '*') {
      star = s++;
      mark = n;
    } else if (step?.(name[n] ?? '')) {
      s += 1;
      n += 1;
    } else if (star >= 0) {
      // Let the last star take one character more and try again from there.
      s = star + 1;
      n = ++mark;
    } else return false;
  }
  while (steps[s] === '*') s += 1;
  return s === steps.length;
}
