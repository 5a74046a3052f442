// What the ways of publishing have in common.
import { BoxError, during, messageOf } from '#base/errors.ts';
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

/** Does something for a message; an error names the line of its record. */
export function ofRecord<T>(message: Outgoing, run: () => T): T {
  try {
    const done = run();
    return done instanceof Promise ? (done.catch((error: unknown) => thrown(message, error)) as T) : done;
  } catch (error) {
    return thrown(message, error);
  }
}

function thrown({ line }: Outgoing, error: unknown): never {
  if (line === undefined) throw error;
  return during(`line ${line}`)(error);
}

/** Reports an error of one message when the others may still be fine. */
export function reportSkipped(runtime: Runtime, error: unknown): void {
  if (error instanceof BoxError && error.kind === 'unreachable') throw error;
  runtime.log(`Could not publish message: ${messageOf(error)}`);
}
