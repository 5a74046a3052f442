import type { Received } from './options.ts';

/** Takes messages one after the other. */
export interface View {
  message(message: Received, n: number): Promise<void> | void;
  /** A message on an inbox subject, for --match-replies; gives the number of requests still without a reply. */
  reply?(message: Received): Promise<number>;
  /** Requests still without a reply. */
  waiting?(): number;
  /** Whether nothing more is wanted after this one. */
  isLast?(message: Received): boolean;
  /** After the last message, whatever ended it. */
  end(): Promise<void>;
}

/** A view that can also show a request together with its reply. */
export interface PairView extends View {
  pair(request: Received, reply: Received, n: number): Promise<void> | void;
}
