/** Typed access to configuration values. What is wrong is collected, so that all of it is reported at once. */
import { parseGoDuration } from '#base/duration.ts';
import { ConfigError, type ConfigMap, type ConfigToken } from './token.ts';

export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One line for an error or warning, with its place as nats-server writes it. */
export function problemLine(problem: Problem): string {
  if (problem.line > 0) return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`;
  return problem.file === '' ? problem.message : `${problem.file}: ${problem.message}`;
}

export interface Problems {
  readonly errors: Problem[];
  readonly warnings: Problem[];
}

/** Handlers by key; several names of one key are joined by `|`. Keys are compared without case. */
export type Handlers = Readonly<Record<string, (token: ConfigToken, key: string) => void>>;

export function wrong(token: ConfigToken, message: string): ConfigError {
  return new ConfigError(message, token);
}

export function note(list: Problem[], token: ConfigToken, message: string): void {
  list.push({ file: token.file, line: token.line, column: token.column, message });
}

/** Runs a step; a mistake in it is recorded and does not keep the rest from being read. */
export function attempt(problems: Problems, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.errors.push(error);
  }
}

/** Hands each entry to its handler; unknown keys are errors unless they only serve as variables. */
export function readEntries(map: ConfigMap, handlers: Handlers, problems: Problems): void {
  const table = new Map<string, (token: ConfigToken, key: string) => void>();
  for (const [names, handler] of Object.entries(handlers)) for (const n of names.split('|')) table.set(n, handler);
  for (const [key, token] of map) {
    const handler = table.get(key.toLowerCase());
    if (handler === undefined) {
      if (!token.used) note(problems.errors, token, `unknown field ${JSON.stringify(key)}`);
      continue;
    }
    attempt(problems, () => handler(token, key));
  }
}

const KINDS: Record<ConfigToken['kind'], string> = {
  string: 'a text',
  int: 'a whole number',
  float: 'a number',
  bool: 'a boolean',
  date: 'a date',
  array: 'an array',
  map: 'a map',
};

function expected(token: ConfigToken, what: string): ConfigError {
  return wrong(token, `expected ${what}, not ${KINDS[token.kind]}`);
}

export function text(token: ConfigToken): string {
  if (token.kind !== 'string') throw expected(token, 'a text');
  return token.value as string;
}

export function bool(token: ConfigToken): boolean {
  if (token.kind !== 'bool') throw expected(token, 'a boolean');
  return token.value as boolean;
}

/** A whole number within what a double holds exactly. */
export function int(token: ConfigToken): number {
  if (token.kind !== 'int') throw expected(token, 'a whole number');
  return Number(token.value as bigint);
}

export function map(token: ConfigToken): ConfigMap {
  if (token.kind !== 'map') throw expected(token, 'a map');
  return token.value as ConfigMap;
}

export function array(token: ConfigToken): ConfigToken[] {
  if (token.kind !== 'array') throw expected(token, 'an array');
  return token.value as ConfigToken[];
}

/** One text or an array of them. */
export function texts(token: ConfigToken): string[] {
  if (token.kind === 'string') return [token.value as string];
  if (token.kind === 'array') return (token.value as ConfigToken[]).map(text);
  throw expected(token, 'a text or an array of texts');
}

/** A duration in Go's form, in ms. */
export function goDuration(token: ConfigToken): number {
  try {
    return Number(parseGoDuration(text(token))) / 1e6;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw wrong(token, `${JSON.stringify(token.value)} is no duration such as 10s or 2m30s`);
  }
}

/** A duration, or as in old files a bare number of seconds, which is warned about. In ms. */
export function duration(token: ConfigToken, name: string, problems: Problems): number {
  if (token.kind === 'string') return goDuration(token);
  const seconds = int(token);
  note(problems.warnings, token, `invalid use of field "${name}": write it as a duration, such as "${seconds}s"`);
  return seconds * 1000;
}

/** Seconds as a number, or a duration; in ms. */
export function timeout(token: ConfigToken): number {
  if (token.kind === 'int') return int(token) * 1000;
  if (token.kind === 'float') return (token.value as number) * 1000;
  return goDuration(token);
}

/** `port`, or `host:port`. */
export function listen(token: ConfigToken): { host: string; port: number } {
  if (token.kind === 'int') return { host: '', port: int(token) };
  const value = text(token);
  const m = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(value);
  if (m === null) throw wrong(token, `${JSON.stringify(value)} is no address such as 127.0.0.1:4222`);
  if (!/^[+-]?\d+$/.test(m[3]!)) throw wrong(token, `could not read the port ${JSON.stringify(m[3])}`);
  return { host: m[1] ?? m[2] ?? '', port: Number(m[3]) };
}

/** A percentage as 25 or "25%". */
export function percent(token: ConfigToken): number | null {
  if (token.kind === 'int') return int(token);
  const m = /^([+-]?\d+)%?$/.exec(text(token));
  return m === null ? null : Number(m[1]);
}
