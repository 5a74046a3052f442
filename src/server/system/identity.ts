/** How a server introduces itself in answers and advisories of the system account. */
import { timeText } from '../accounts/info.ts';
import type { Running } from '../running.ts';

const sequences = new WeakMap<Running, number>();

/** Things newer releases of nats-server can do, as this one states them. */
export const FEATURES: Readonly<Record<string, boolean>> = {
  js_ack_fc_v2: false,
  js_api_reply_v2: false,
  js_raft_delete_range: true,
  js_snapshot_sources: false,
};

/** The `server` field. Counts one up with each use, as its `seq` promises. */
export function serverInfo(run: Running): Record<string, unknown> {
  const { srv, options } = run;
  const seq = (sequences.get(run) ?? 0) + 1;
  sequences.set(run, seq);
  const tags = options.tags ?? [];
  const metadata = options.metadata ?? {};
  return {
    name: srv.options.name,
    host: srv.host,
    id: srv.id,
    ver: srv.version,
    tags: tags.length > 0 ? tags : undefined,
    metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
    feature_flags: FEATURES,
    jetstream: false,
    flags: 0,
    seq,
    time: timeText(srv.clock.now()),
  };
}
