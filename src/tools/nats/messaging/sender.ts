// What the ways of publishing have in common.
import { BoxError, messageOf } from '#base/errors.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Outgoing } from './outgoing.ts';

/** What became of a message; the data of `--as`. */
export interface Published {
  subject: string;
  bytes: number;
  stream?: string;
  seq?: bigint | number;
  duplicate?: boolean;
  domain?: string;
  value?: string;
  batch?: string;
  messages?: bigint | number;
}

/** Tells what happened: log lines, or records. */
export interface Reporter {
  /** A message is with the server: says so, and counts it. */
  published(message: Outgoing): void;
  /** Counts a message of which `note` and `record` tell. */
  count(message: Outgoing): void;
  /** A line about what was just published, and the same as data. */
  note(line: string): void;
  record(record: Published): void;
}

/** Sends messages one way or the other. */
export interface Sender {
  send(message: Outgoing): Promise<void>;
  /** Resolves when everything sent has been taken by the server. */
  settle(): Promise<void>;
  /** After the last message. */
  end(): Promise<void>;
}

/** Reports an error of one message when the others may still be fine. */
export function reportSkipped(runtime: Runtime, error: unknown): void {
  if (error instanceof BoxError && error.kind === 'unreachable') throw error;
  runtime.log(`Could not publish message: ${messageOf(error)}`);
}
