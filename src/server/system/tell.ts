/** How the server itself publishes. */
import { jsonBytes } from '../accounts/info.ts';
import { makeFrame } from '../core/frame.ts';
import { inject } from '../core/publish.ts';
import { internalWire, makeClient } from '../core/state.ts';
import type { Account, Client } from '../core/types.ts';
import type { Running } from '../running.ts';

const senders = new WeakMap<Account, Client>();

/** The client that speaks for the server in an account. */
export function speaker(run: Running, account: Account): Client {
  let c = senders.get(account);
  if (c === undefined) {
    c = makeClient(run.srv, 'system', internalWire, account);
    c.echo = false;
    senders.set(account, c);
  }
  return c;
}

/** Publishes JSON in an account. */
export function tell(run: Running, account: Account, subject: string, value: unknown): void {
  inject(speaker(run, account), account, subject, makeFrame('', -1, jsonBytes(value)));
  run.srv.flush();
}
