/** Requests to all servers may name those that are to answer. */
import type { Running } from '../running.ts';

/** Whether this server is meant. */
export function matchesFilter({ srv, options }: Running, body: Readonly<Record<string, unknown>>): boolean {
  const exact = body.exact_match === true;
  const fits = (wanted: unknown, own: string): boolean =>
    typeof wanted !== 'string' || wanted === '' || (exact ? own === wanted : own.includes(wanted));
  if (!fits(body.server_name, srv.options.name) || !fits(body.host, srv.host)) return false;
  if (!fits(body.cluster, '')) return false;
  const tags = (options.tags ?? []).map((t) => t.toLowerCase());
  if (Array.isArray(body.tags) && !body.tags.every((t) => tags.includes(String(t).toLowerCase()))) return false;
  return typeof body.domain !== 'string' || body.domain === '';
}
