/** Delivery of a message that is being traced: every outcome is written down. The plain way is in deliver.ts. */
import { deliverCarefully, random } from './deliver.ts';
import type { Frame } from './frame.ts';
import type { Match } from './sublist.ts';
import { toText } from './text.ts';
import { CLIENT_CLOSED, EXCEEDED, NO_ECHO, SUB_CLOSED, SUB_DENY, type Trace, traceEgress } from './trace.ts';
import { type Account, type Client, OUT_CLOSED, OUT_DENY, type Sub } from './types.ts';

/** As `deliver`, for a frame with a trace. */
export function deliverTraced(from: Client, account: Account, m: Match<Sub>, f: Frame, t: Trace): boolean {
  const srv = from.srv;
  let taken = false;
  const give = (sub: Sub): boolean => {
    const done = one(from, sub, m.text, f, t);
    if (done && !t.only && sub.special?.handler === undefined) {
      account.outMsgs++;
      account.outBytes += f.size;
      srv.outMsgs++;
      srv.outBytes += f.size;
    }
    taken ||= done;
    return done;
  };
  for (const sub of m.plain) give(sub);
  for (const members of m.queues) {
    const start = random(members.length);
    for (let i = 0; i < members.length; i++) if (give(members[(start + i) % members.length]!)) break;
  }
  return taken;
}

/** One receiver; whether it took the message, or would have. */
function one(from: Client, sub: Sub, subject: string, f: Frame, t: Trace): boolean {
  const c = sub.client;
  const special = sub.special;
  let name = subject;
  let followed = true;
  if (special?.home !== undefined) {
    if (f.path !== null) return false;
    if (special.rename !== undefined) name = special.rename(subject);
    t.steps.push({ type: 'se', ts: c.srv.clock.now(), acc: c.account.name, to: toText(name) });
    followed = special.allowTrace === true;
    if (!followed && t.only) return true;
  }
  const note = (error: string): void => {
    if (followed) traceEgress(t, sub, error);
  };
  const refuse = (error: string): false => {
    note(error);
    return false;
  };
  if (c === from && !c.echo && special?.serviceImport !== true) return refuse(NO_ECHO);
  const flags = c.outFlags;
  if ((flags & OUT_DENY) !== 0 && !c.permissions!.canDeliver(name, sub.queue)) return refuse(SUB_DENY);
  if (sub.closed) return refuse(SUB_CLOSED);
  if (special?.handler === undefined) {
    if (t.only) {
      note('');
      return true;
    }
    if (sub.max > 0 && sub.nm >= sub.max) note(EXCEEDED);
    else if ((flags & OUT_CLOSED) !== 0) return refuse(CLIENT_CLOSED);
    else note('');
  }
  return deliverCarefully(from, sub, subject, f);
}
