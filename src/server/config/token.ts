/** What a configuration text is read into, and how it can be wrong. */

export type ConfigKind = 'string' | 'int' | 'float' | 'bool' | 'date' | 'array' | 'map';

/** A value and where it was written. For map entries the place is that of the key. */
export interface ConfigToken {
  readonly kind: ConfigKind;
  /** string; bigint (int, 64 bits); number (float); boolean; Date; ConfigToken[]; Map<string, ConfigToken>. */
  readonly value: unknown;
  readonly file: string;
  line: number;
  column: number;
  /** Read through a variable: an unknown key that only serves as one is no error. */
  used: boolean;
}

export type ConfigMap = Map<string, ConfigToken>;

/** Where a configuration is wrong. Lines count from 1; columns as nats-server counts them. */
export class ConfigError extends Error {
  readonly file: string;
  readonly line: number;
  readonly column: number;

  constructor(message: string, at: { file: string; line: number; column: number }) {
    super(message);
    this.name = 'ConfigError';
    this.file = at.file;
    this.line = at.line;
    this.column = at.column;
  }
}

/** What reading a configuration needs from outside. */
export interface ConfigWorld {
  /** Content of an included file; throws when there is none. */
  readFile(path: string): string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
