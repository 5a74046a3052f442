import { splitWords } from '#base/shlex.ts';

/** One line of the shell, taken apart. */
export interface ShellLine {
  readonly words: readonly string[];
  /** Ends in `&`: runs beside what follows. */
  readonly background: boolean;
  /** NAME=value in front of the words. */
  readonly variables: ReadonlyMap<string, string>;
}

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

/**
 * Takes a line apart: words with shell quoting, comments, a trailing `&`, leading assignments.
 * Throws usage for an open quote.
 */
export function parseLine(line: string): ShellLine {
  const words = splitWords(line);
  const last = words.at(-1);
  let background = last === '&';
  if (background) words.pop();
  else if (last !== undefined && last.length > 1 && /[^\\]&\s*$/.test(line) && last.endsWith('&')) {
    words[words.length - 1] = last.slice(0, -1);
    background = true;
  }
  const variables = new Map<string, string>();
  for (let m = ASSIGNMENT.exec(words[0] ?? ''); m; m = ASSIGNMENT.exec(words[0] ?? '')) {
    variables.set(m[1] as string, m[2] as string);
    words.shift();
  }
  return { words, background, variables };
}
