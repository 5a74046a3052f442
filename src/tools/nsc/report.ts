// What a change did, line by line: `[ OK ] text`, nested reports indented, messages of servers after `> `.

export type Level = 'ok' | 'warning' | 'error';

/** One line of a report, with what belongs to it. */
export interface Entry {
  readonly level: Level;
  readonly text: string;
  /** Set for what a server said: shown after `> `. */
  readonly server?: true;
  readonly details?: readonly Entry[];
  /** One job with the entry before it: the last line counts them as one. */
  readonly part?: true;
}

/** Collects entries. */
export interface Report {
  readonly entries: Entry[];
  ok(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  server(text: string): void;
  add(...entries: readonly Entry[]): void;
  readonly level: Level;
}

const rank: Readonly<Record<Level, number>> = { ok: 0, warning: 1, error: 2 };

export function worst(entries: readonly Entry[]): Level {
  let level: Level = 'ok';
  for (const entry of entries) level = worse(level, entry.level);
  return level;
}

export function newReport(): Report {
  const entries: Entry[] = [];
  const add = (level: Level) => (text: string) => void entries.push({ level, text });
  return {
    entries,
    ok: add('ok'),
    warn: add('warning'),
    error: add('error'),
    server: (text) => void entries.push({ level: 'ok', text: text.trim(), server: true }),
    add: (...more) => void entries.push(...more),
    get level() {
      return worst(entries);
    },
  };
}

/** An entry made of others: it is as bad as the worst of them. */
export function group(text: string, details: readonly Entry[], level: Level = worst(details)): Entry {
  return { level, text, details };
}

/** A group whose details are made when they are shown: thousands of them would fill the memory until then. */
export function lazyGroup(text: string, level: Level, details: () => readonly Entry[]): Entry {
  return {
    level,
    text,
    get details() {
      return details();
    },
  };
}

/** The worse of two levels. */
export function worse(a: Level, b: Level): Level {
  return rank[b] > rank[a] ? b : a;
}

const tags: Readonly<Record<Level, string>> = { ok: '[ OK ] ', warning: '[WARN] ', error: '[ERR ] ' };
const INDENT = '       ';

function indented(text: string, prefix: string): string {
  const lines = text.split('\n').map((line) => (line.trim() === '' ? line : prefix + line));
  return lines.join('\n');
}

/** The report as text, entry by entry, a newline after each line. */
export function* reportPieces(entries: readonly Entry[], indent = ''): Generator<string> {
  for (const entry of entries) {
    if (entry.server) {
      yield `${indented(entry.text, `${indent}> `)}\n`;
      continue;
    }
    const line = indented(tags[entry.level] + entry.text, indent);
    const details = entry.details ?? [];
    yield details.length === 0 ? `${line}\n` : `${line}:\n`;
    yield* reportPieces(details, indent + INDENT);
  }
}

/** The report as one text. */
export function reportText(entries: readonly Entry[]): string {
  return Array.from(reportPieces(entries)).join('');
}

/** How many jobs went how: an error when one failed; the text for `sum` when several went well, or nothing. */
export function summary(entries: readonly Entry[], sum: boolean): { error?: string; text?: string } {
  const levels: Level[] = [];
  for (const { level, part } of entries) levels.push(part ? worse(levels.pop() ?? level, level) : level);
  const count = (level: Level) => levels.filter((one) => one === level).length;
  const [ok, warnings, errors] = [count('ok'), count('warning'), count('error')];
  const jobs = (n: number) => (n > 1 ? 'jobs' : 'job');
  if (errors > 0) {
    if (errors === levels.length) return { error: 'all jobs failed' };
    return {
      error: `${errors} ${jobs(errors)} failed - ${ok} ${jobs(ok)} succeeded and ${warnings} had warnings`,
    };
  }
  if (!sum || levels.length <= 1) return {};
  if (warnings === 0) return { text: 'all jobs succeeded' };
  if (ok === 0) return { text: 'all jobs had warnings' };
  return { text: `${ok} ${jobs(ok)} succeeded - ${warnings} have warnings` };
}
