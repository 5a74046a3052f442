/** Publishes what was traced of a message. Loaded with the first one. */
import { jsonBytes, timeText } from '../accounts/info.ts';
import { inject } from '../core/publish.ts';
import { toBinary } from '../core/text.ts';
import type { Trace } from '../core/trace.ts';
import type { Running } from '../running.ts';
import { packedFrame } from './encoding.ts';
import { serverInfo } from './identity.ts';
import { speaker } from './tell.ts';

/** Sends the event of one server, which is all there are. */
export function publishTrace(run: Running, t: Trace): void {
  const header = Object.fromEntries(Object.entries(t.header).sort(([a], [b]) => (a < b ? -1 : 1)));
  const event = {
    server: serverInfo(run),
    request: { header, msgsize: t.size || undefined },
    events: t.steps.map((s) => ({ ...s, ts: timeText(s.ts) })),
  };
  const frame = packedFrame(t.header['Accept-Encoding']?.[0] ?? '', jsonBytes(event));
  inject(speaker(run, t.account), t.account, toBinary(t.dest), frame);
  run.srv.flush();
}
