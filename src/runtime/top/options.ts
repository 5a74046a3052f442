import type { PageId } from '#view/top/page-ids.ts';
import type { TopQuery } from './asks.ts';

/** What nats-top and `nats top` were asked for. */
export interface TopOptions {
  readonly query: Omit<TopQuery, 'wants'>;
  readonly page: PageId;
  /** Columns of that page; none: the usual ones. */
  readonly columns: readonly string[];
  readonly raw: boolean;
  readonly lookup: boolean;
  /** Seconds between two polls. */
  readonly delay: number;
  /** Polls until the end; 0 or less: no end. Undefined: as many as fit the output. */
  readonly refreshes: number | undefined;
  /** File for one snapshot, `-` for stdout; undefined: the full screen. */
  readonly output: string | undefined;
  /** Permission bits of that file. */
  readonly mode: number;
  /** Between values; empty: the grid. */
  readonly delimiter: string;
  /** File that every moment is written to. */
  readonly record?: string | undefined;
}

/** What sort takes. The empty word leaves the order to the server. */
export const sortFields = [
  'cid',
  'start',
  'subs',
  'pending',
  'msgs_to',
  'msgs_from',
  'bytes_to',
  'bytes_from',
  'last',
  'idle',
  'uptime',
  'stop',
  'reason',
  'rtt',
] as const;
