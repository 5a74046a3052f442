import type { Delivery } from '#client/jetstream/delivery.ts';
import type { MsgHeaders } from '#wire/headers.ts';
import type { Codec } from '../messaging/records.ts';

/** What `nats sub` was asked for. */
export interface Options {
  readonly subjects: readonly string[];
  readonly queue: string;
  readonly durable: string;
  readonly raw: boolean;
  readonly translate: string | undefined;
  readonly ack: boolean;
  readonly match: boolean;
  readonly inbox: boolean;
  /** 0: no bound. */
  readonly count: number;
  /** A folder, `-`, or empty. */
  readonly dump: string;
  readonly headersOnly: boolean;
  readonly subjectsOnly: boolean;
  readonly startSequence: bigint;
  readonly all: boolean;
  readonly fresh: boolean;
  readonly last: boolean;
  readonly since: string;
  readonly lastPerSubject: boolean;
  readonly stopAtEnd: boolean;
  readonly stream: string;
  readonly ignore: readonly string[];
  /** 0: for ever. */
  readonly waitMs: number;
  readonly report: 'subjects' | 'subscriptions' | undefined;
  readonly top: number;
  readonly stamp: 'time' | 'delta' | undefined;
  readonly graph: boolean;
  readonly direct: boolean;
  readonly codec: Codec | undefined;
  readonly where: string | undefined;
}

/** Whether the messages come from a stream. */
export function isStored(o: Options): boolean {
  return (
    o.startSequence > 0n ||
    o.durable !== '' ||
    o.all ||
    o.fresh ||
    o.last ||
    o.since !== '' ||
    o.lastPerSubject ||
    o.stream !== '' ||
    o.direct
  );
}

/** A message on its way to the user. */
export interface Received {
  readonly subject: string;
  readonly reply: string | undefined;
  readonly headers: MsgHeaders | undefined;
  /** The headers it was published with, where `headers` holds what the server added. */
  readonly own?: () => MsgHeaders | undefined;
  readonly data: Uint8Array;
  /** The subject that was subscribed to. */
  readonly subscription: string;
  /** Where in a stream it is; `consumer` is empty for a direct get. */
  readonly delivery?: Pick<Delivery, 'stream' | 'consumer' | 'streamSeq' | 'time' | 'pending'> | undefined;
}

/** ` \nIgnored subjects: a, b`, as it ends the lines that say what is subscribed to. */
export function ignoredNote(options: Options): string {
  return options.ignore.length > 0 ? `\nIgnored subjects: ${options.ignore.join(', ')}` : '';
}

/** Whether log lines say what is going on: not when only bodies or files are wanted. */
export function isChatty(options: Options): boolean {
  return (!options.raw && options.dump === '') || options.inbox;
}
