/** SUB and UNSUB. */
import { send, sendErr } from './out.ts';
import { bytesOf, quote } from './text.ts';
import { type Client, IN_VERBOSE, OUT_DENY, type SpecialSub, type Sub } from './types.ts';

const OK = '+OK\r\n';

export function sendOk(c: Client): void {
  if (c.srv.logger?.trace) c.srv.logger.log('trace', `${c.label} - ->> [OK]`);
  send(c, OK);
}

export function makeSub(
  client: Client,
  subject: string,
  queue: string | null,
  sid: string,
  special: SpecialSub | null = null,
): Sub {
  return {
    client,
    sid,
    subject,
    queue,
    sidBytes: bytesOf(sid === '' ? '' : `${sid} `),
    nm: 0,
    max: 0,
    closed: false,
    at: 0,
    special,
    shadows: null,
  };
}

/** Handles a SUB line; errors have been told to the client. */
export function subscribe(c: Client, subject: string, queue: string | null, sid: string): void {
  const srv = c.srv;
  const perms = c.permissions;
  if (queue === '_sys_' || (perms !== null && !perms.canSubscribe(subject, queue))) {
    subscribeViolation(c, subject, queue, sid);
    return;
  }
  if (srv.options.maxSubTokens > 0 && subject.split('.').length > srv.options.maxSubTokens) {
    sendErr(c, `Permissions Violation for Subscription to ${quote(subject)}, too many tokens`);
    srv.logger?.log(
      'error',
      `${c.label} - Subscription Violation Too Many Tokens - Subject ${quote(subject)}, SID ${sid}`,
    );
    return;
  }
  if (c.maxSubs >= 0 && c.subs.size >= c.maxSubs) {
    maxSubsExceeded(c);
    return;
  }
  const known = c.subs.get(sid);
  if (known === undefined) {
    const sub = makeSub(c, subject, queue, sid);
    if (!c.account.sublist.insert(sub)) {
      sendErr(c, 'Invalid Subject');
      return;
    }
    c.subs.set(sid, sub);
    srv.subscriptions++;
    if (perms !== null && (c.outFlags & OUT_DENY) === 0 && perms.mustFilter(subject, queue)) c.outFlags |= OUT_DENY;
    if ((c.inFlags & IN_VERBOSE) !== 0) sendOk(c);
    if (c.account.onSubscribe !== null) c.account.onSubscribe(sub);
    return;
  }
  if ((c.inFlags & IN_VERBOSE) !== 0) sendOk(c);
}

export function maxSubsExceeded(c: Client): void {
  c.srv.logger?.log('error', `${c.label} - maximum subscriptions exceeded`);
  sendErr(c, 'maximum subscriptions exceeded');
}

export function subscribeViolation(c: Client, subject: string, queue: string | null, sid: string): void {
  const what = quote(subject);
  const using = queue === null ? '' : ` using queue ${quote(queue)}`;
  sendErr(c, `Permissions Violation for Subscription to ${what}${using}`);
  const group = queue === null ? '' : `, Queue: ${quote(queue)}`;
  c.srv.logger?.log('error', `${c.label} - Subscription Violation - Subject ${what}${group}, SID ${sid}`);
}

/** Handles an UNSUB line; `max` is -1 when none was given or it was no number. */
export function unsubscribeById(c: Client, sid: string, max: number): void {
  const sub = c.subs.get(sid);
  if ((c.inFlags & IN_VERBOSE) !== 0) sendOk(c);
  if (sub === undefined) return;
  if (max > 0 && max > sub.nm) {
    sub.max = max;
    return;
  }
  sub.max = 0;
  unsubscribe(c, sub, true);
}

/** Takes a subscription out of the tree, with its copies in other accounts. `forget`: out of the client's own map too. */
export function unsubscribe(c: Client, sub: Sub, forget: boolean): void {
  if (sub.closed) return;
  sub.closed = true;
  if (c.srv.logger?.trace) c.srv.logger.log('trace', `${c.label} - <-> [DELSUB ${sub.sid}]`);
  if (forget) c.subs.delete(sub.sid);
  if (c.account.sublist.remove(sub)) c.srv.subscriptions--;
  if (sub.shadows !== null) dropShadows(sub);
  if (c.account.onUnsubscribe !== null) c.account.onUnsubscribe(sub);
}

/** Removes the copies of a subscription from the accounts it imports streams from. */
export function dropShadows(sub: Sub): void {
  for (const shadow of sub.shadows ?? []) {
    shadow.closed = true;
    shadow.special!.home!.sublist.remove(shadow);
  }
  sub.shadows = null;
}
