import type { Sink } from '#base/sink.ts';
import type { TerminalFacts } from '#base/terminal.ts';
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import type { Connection } from '#client/index.ts';
import type { contractFlags } from './contract.ts';

/** Standard input. */
export interface Source {
  readonly isTTY: boolean;
  /** Everything up to the end. */
  bytes(): Promise<Uint8Array>;
  /** Line by line without the newline; a last line without one counts. */
  lines(): AsyncIterable<Uint8Array>;
  chunks(): AsyncIterable<Uint8Array>;
}

/** Time, injectable: tests never wait. */
export interface Clock {
  /** Unix time in nanoseconds. */
  now(): bigint;
  /** Monotonic nanoseconds from an arbitrary start. */
  mono(): bigint;
  /** Resolves after ms, rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface FileStat {
  readonly kind: 'file' | 'dir' | 'other';
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Modification time, unix milliseconds. */
  readonly mtime: number;
}

export interface OpenHow {
  /** Reads in this thread: half the CPU, for those who wait for something slower than a disk anyway. */
  readonly here?: boolean;
}

/** The file system as commands see it. Paths are those of the user; nothing here follows names from the network. */
export interface Files {
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** Writes beside the target and renames, so that a reader never sees half a file. Default mode 0o644. */
  write(path: string, data: string | Uint8Array, mode?: number): Promise<void>;
  /** Creates a file, or gives false when there is one already. Atomic between processes. Default mode 0o644. */
  createNew(path: string, data: string | Uint8Array, mode?: number): Promise<boolean>;
  append(path: string, data: string | Uint8Array): Promise<void>;
  stat(path: string): Promise<FileStat | undefined>;
  /** Whether something is there, whatever it is. */
  exists(path: string): Promise<boolean>;
  /** The names in a folder, in no order. Pipes and sockets may be left out. */
  list(path: string): Promise<string[]>;
  /** The names in a folder that are folders with something of that name in them, in no order. */
  listWith(path: string, name: string): Promise<string[]>;
  /** Says that more than a few files will be looked at: the way that pays then is taken at once. */
  forSeveral(): Promise<void>;
  /** Creates the folder and its parents. Default mode 0o755. */
  mkdir(path: string, mode?: number): Promise<void>;
  remove(path: string, options?: { recursive?: boolean }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A symbolic link at `path` to `target`. */
  link(target: string, path: string): Promise<void>;
  /** Changes the permission bits. */
  chmod(path: string, mode: number): Promise<void>;
  /** A stream of a file's bytes; chunks are valid until the next one is asked for. */
  open(path: string, how?: OpenHow): Promise<AsyncIterable<Uint8Array>>;
  /** A sequential writer; close() makes it durable, abort() removes it. */
  create(path: string, mode?: number): Promise<FileWriter>;
  tempDir(prefix: string): Promise<string>;
  readonly cwd: string;
  readonly home: string;
}

export interface FileWriter {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

export interface RunResult {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** External programs, always as an argument list: no shell ever sees a value. */
export interface Programs {
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
}

export interface RunOptions {
  readonly stdin?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Give the program our terminal (editors). */
  readonly inherit?: boolean;
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  /** What it writes to stderr goes to `stdout` of the result too, in the order of arrival. */
  readonly merge?: boolean;
}

export type ContractValues = ValuesOf<typeof contractFlags>;

/** Text as it is shown: whole, or in pieces, of which those that are bytes leave as they are. */
export type Shown = string | Iterable<string | Uint8Array>;

/** One finished answer of a command: its data, and how the data reads. */
export interface View<T = unknown> {
  readonly data: T;
  /** The default text. Called only when text is wanted. */
  text(): Shown | Promise<Shown>;
  /** The rows for csv, tsv and md when the data is not a list of records itself. */
  readonly rows?: (data: T) => readonly unknown[];
}

/** Answers that come one by one: subscriptions, watches, long listings. */
export interface Emitter<T = unknown> {
  emit(data: T, text: () => string | Uint8Array): void;
  /** True when text is written: hot loops may then bypass emit. */
  readonly isText: boolean;
  /** Rejects when the form asked for cannot be had, such as a broken --jq filter. Wait for it before a long watch. */
  readonly ready: Promise<void>;
  end(): Promise<void>;
}

export interface ConnectOverrides {
  /** Replaces the server list of the flags and the context. */
  readonly servers?: readonly string[];
  /** Connect to this context instead of the selected one. */
  readonly context?: string;
  readonly name?: string;
  readonly timeoutMs?: number;
  readonly noReconnect?: boolean;
  /** Further client options, last word. */
  readonly client?: Readonly<Record<string, unknown>>;
}

/** The machine and the runtime we stand on. */
export interface Platform {
  /** linux, darwin, win32. */
  readonly os: string;
  /** x64, arm64. */
  readonly arch: string;
  /** E.g. `bun 1.4.5`, `node 26.1.0`. */
  readonly runtime: string;
  readonly pid: number;
  readonly cpus: number;
  readonly hostname: string;
}

/** All that a command may touch. One real implementation (system.ts), one for tests (fake.ts). */
export interface Runtime {
  /** Name the program was called by: nats, nsc, nk, nats-top, natsbox. */
  readonly tool: string;
  readonly version: string;
  readonly platform: Platform;
  readonly out: Sink;
  readonly err: Sink;
  readonly stdin: Source;
  /** The terminal behind stdout; asked for late, because asking costs. Honours NO_COLOR, FORCE_COLOR, TERM. */
  readonly terminal: TerminalFacts;
  readonly clock: Clock;
  readonly files: Files;
  readonly programs: Programs;
  /** Aborted by SIGINT and SIGTERM; `reason` is an Interrupt. */
  readonly signal: AbortSignal;
  /** The tool's global flags as parsed. */
  readonly globals: Readonly<Record<string, unknown>> & { isSet(name: string): boolean };
  /** The output contract's flags as parsed. */
  readonly contract: ContractValues;
  env(name: string): string | undefined;
  /** Names of all environment variables. */
  envNames(): readonly string[];
  /** Cryptographically strong bytes. */
  random(length: number): Uint8Array;
  /** The connection of this command: made on first use, closed at the end. */
  connect(overrides?: ConnectOverrides): Promise<Connection>;
  /** Prints an answer in the form asked for: text by default, `--as`, or JSON when `json` is true. */
  show(view: View, options?: { json?: boolean }): Promise<void>;
  /** For answers that come one by one. `json`: one compact JSON document per line, as the original does. */
  /**
   * `columns`: those of csv, tsv and md, when not every record has all fields; default: the keys of the first record.
   */
  stream<T>(options?: { json?: boolean; columns?: readonly string[] }): Emitter<T>;
  /** A log-like line on stderr with a clock in front: `15:04:05 text`. */
  log(text: string): void;
  /** Questions; every one names the flag that answers it when there is no terminal. */
  prompts(): Promise<import('#term/prompts.ts').Prompts>;
  /** Ends the command with this exit status after everything is written; not an error. */
  exit(status: number): never;
  /** Calls `run` for each of these signals until the function it gives is called. */
  onSignal<N extends 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'>(names: readonly N[], run: (name: N) => void): () => void;
  /** Runs when the command ends, whatever the reason: newest first. */
  onExit(fn: () => void | Promise<void>): void;
}

/** Thrown by exit(): carries a status through the stack. */
export class Exit extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

/** Why the signal of the runtime was aborted. */
export class Interrupt extends Error {
  readonly name_: 'SIGINT' | 'SIGTERM';
  constructor(name: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${name}`);
    this.name_ = name;
  }
}

export type GlobalFlags = FlagSpecs;
