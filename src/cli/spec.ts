import type { OutputSpec } from './schema.ts';

/**
 * Types a flag or argument value can have. Numbers that may pass 2^53 or mean nanoseconds are bigint:
 * int64, uint, duration (ns), bytes. The names are those of docs/compatibility.md.
 */
export type ValueType =
  | 'bool'
  | 'string'
  | 'strings'
  | 'int'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'float'
  | 'duration'
  | 'bytes'
  | 'number'
  | 'date-time'
  | 'enum'
  | 'existing-file'
  | 'existing-dir'
  | 'key=value'
  | 'sampling (1-100 or the word header)'
  | 'time-locale'
  | 'time-ranges';

/** What both flags and arguments have. Defaults are written as the user would type them. */
export interface ValueSpec {
  readonly type: ValueType;
  /** One or more lines in our own words; the first line stands alone in lists. */
  readonly help: string;
  readonly default?: string;
  readonly placeholder?: string;
  readonly enum?: readonly string[];
  readonly required?: boolean;
  /** Least and greatest value of an int64; what is no such number is refused in the name of the flag. */
  readonly range?: readonly [bigint, bigint];
  /** May be given more than once; the value is then a list. */
  readonly cumulative?: boolean;
  readonly hidden?: boolean;
  /** Names a completer of src/runtime/complete.ts: live values offered by shells. */
  readonly complete?: string;
}

export interface FlagSpec extends ValueSpec {
  readonly short?: string;
  readonly envar?: string;
  /** kingpin only: `--no-NAME` exists. */
  readonly negatable?: boolean;
  /** cobra only: value taken when the flag stands without `=value`. */
  readonly noValueDefault?: string;
  /** cobra only: flag still accepted, with a note that names the flag to use. */
  readonly deprecatedFor?: string;
  /** The note's advice where it is not `use --NAME`. */
  readonly advice?: string;
  /** Not part of the original tool: shown as ours in docs/compatibility.md. */
  readonly ours?: boolean;
}

export interface ArgSpec extends ValueSpec {
  /** kingpin only: a lone dash is an empty value, as the original takes it; behind `--` it is a dash. */
  readonly emptyDash?: boolean;
}

export type FlagSpecs = Readonly<Record<string, FlagSpec>>;
export type ArgSpecs = Readonly<Record<string, ArgSpec>>;

/** What a command touches, in the words of the original's LLM help. */
export interface Tags {
  readonly scope: 'user' | 'system' | 'local';
  readonly impact: 'ro' | 'rw';
}

export interface CommandSpec<A extends ArgSpecs = ArgSpecs, F extends FlagSpecs = FlagSpecs> {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** First line: the summary in lists. Further lines appear in the command's own help. */
  readonly help: string;
  readonly args?: A;
  readonly flags?: F;
  readonly hidden?: boolean;
  readonly tags?: Tags;
  /** Lines to try, each a complete command line. */
  readonly examples?: readonly string[];
  /** Shape of the data the command gives under `--as`. */
  readonly output: OutputSpec;
  /** Not part of the original tool. */
  readonly ours?: boolean;
  /** What follows the command's name is read in Go's flag dialect (`-ms 8443`, `-DV`), as nats-server reads it. */
  readonly goflags?: boolean;
}

/** A command with children. Its flags are accepted on every command below it. */
export interface GroupSpec<F extends FlagSpecs = FlagSpecs> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly help: string;
  readonly flags?: F;
  readonly hidden?: boolean;
  readonly ours?: boolean;
}

type Scalar<T extends ValueType> = T extends 'bool'
  ? boolean
  : T extends 'int' | 'float' | 'uint8'
    ? number
    : T extends 'int64' | 'uint' | 'duration' | 'bytes'
      ? bigint
      : string;

/** The value a command receives for one flag or argument of its spec. */
export type ValueOf<S extends ValueSpec> = S['type'] extends 'key=value'
  ? ReadonlyMap<string, string>
  : S['type'] extends 'strings' | 'time-ranges'
    ? readonly string[]
    : S extends { readonly cumulative: true }
      ? readonly Scalar<S['type']>[]
      : S['type'] extends 'bool'
        ? boolean
        : S extends { readonly default: string } | { readonly required: true }
          ? Scalar<S['type']>
          : Scalar<S['type']> | undefined;

export type ValuesOf<S extends Readonly<Record<string, ValueSpec>>> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** What was typed, parsed: input of a command. */
export interface Input<A extends ArgSpecs = ArgSpecs, F extends FlagSpecs = FlagSpecs> {
  readonly args: ValuesOf<A>;
  readonly flags: ValuesOf<F>;
  /** True when the user gave it on the command line or in the environment, not when it is a default. */
  isSet(name: (keyof A | keyof F) & string): boolean;
  /** The words of the command, e.g. `['stream', 'add']`. */
  readonly path: readonly string[];
}

/** How a tool reads its command line: src/cli/scan holds one scanner each. */
export type Dialect = 'kingpin' | 'cobra' | 'goflag';
