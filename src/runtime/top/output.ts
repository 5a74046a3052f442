// What nats-top and `nats top` give as data.
import { arr, int, num, obj, recordOf, str } from '#cli/schema.ts';

const rate = obj({ in_msgs: num, out_msgs: num, in_bytes: num, out_bytes: num });
/** Columns of a page by their ids. */
const row = { type: 'object', additionalProperties: { type: ['string', 'number'] } } as const;

const connection = obj({
  'server?': str,
  host: str,
  cid: int,
  name: str,
  account: str,
  subs: int,
  pending: int,
  msgs_to: int,
  msgs_from: int,
  bytes_to: int,
  bytes_from: int,
  'msgs_to_rate?': num,
  'msgs_from_rate?': num,
  'bytes_to_rate?': num,
  'bytes_from_rate?': num,
  lang: str,
  version: str,
  uptime: str,
  idle: str,
  rtt: str,
  last_activity: str,
  'subscriptions?': arr(str),
});

/** The data of one snapshot: the connections, or the rows of another page. */
export const topOutput = recordOf(
  obj({
    server: obj({
      id: str,
      name: str,
      version: str,
      uptime: str,
      start: str,
      now: str,
      cpu: num,
      mem: int,
      slow_consumers: int,
      in_msgs: int,
      out_msgs: int,
      in_bytes: int,
      out_bytes: int,
      rate,
    }),
    'polled?': int,
    'total?': int,
    'connections?': arr(connection),
    'page?': str,
    'totals?': row,
    'rows?': arr(row),
    'page_error?': str,
    'error?': str,
  }),
);
