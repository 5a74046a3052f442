/** What the server itself does in an account: subscribe and publish as the account's own client. */
import { internalWire, makeClient } from '../core/state.ts';
import { makeSub } from '../core/subs.ts';
import type { Client, Handler, ServerState, Sub } from '../core/types.ts';
import type { SharedAccount } from './model.ts';

/** The account's own client, which holds its internal subscriptions and publishes for it. */
export function internalClient(srv: ServerState, account: SharedAccount): Client {
  if (account.internal === null) {
    account.internal = makeClient(srv, 'account', internalWire, account.core!);
    account.internal.echo = false;
  }
  return account.internal;
}

/** Subscribes a handler in an account. */
export function subscribeInternal(srv: ServerState, account: SharedAccount, subject: string, handler: Handler): Sub {
  const c = internalClient(srv, account);
  const sub = makeSub(c, subject, null, String(++account.nextSid), { handler, serviceImport: true });
  account.core!.sublist.insert(sub);
  c.subs.set(sub.sid, sub);
  return sub;
}
