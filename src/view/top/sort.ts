import type { Conn } from './conn-list.ts';
import type { Count } from './numbers.ts';

const numeric: Readonly<Record<string, (conn: Conn) => Count>> = {
  subs: (c) => c.subscriptions,
  pending: (c) => c.pending_bytes,
  msgs_to: (c) => c.out_msgs,
  msgs_from: (c) => c.in_msgs,
  bytes_to: (c) => c.out_bytes,
  bytes_from: (c) => c.in_bytes,
};

/** Orders connections as servers do: figures from large to small, ids and times from small to large. */
export function sortConns(conns: readonly Conn[], sort: string): readonly Conn[] {
  const figure = numeric[sort];
  if (figure) return conns.toSorted((a, b) => Number(figure(b)) - Number(figure(a)));
  if (sort === 'last' || sort === 'idle') {
    const sign = sort === 'last' ? -1 : 1;
    return conns.toSorted((a, b) => sign * compare(a.last_activity, b.last_activity));
  }
  if (sort === 'start') return conns.toSorted((a, b) => compare(a.start, b.start));
  if (sort === 'uptime') return conns.toSorted((a, b) => compare(b.start, a.start));
  return conns.toSorted((a, b) => compare(a.server, b.server) || Number(a.cid) - Number(b.cid));
}

function compare(a: string | undefined, b: string | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;
}
