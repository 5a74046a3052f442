/** Binding a connection to the account and permissions its login gave it. */
import { closeClient } from '../core/close.ts';
import { sendErr } from '../core/out.ts';
import type { Account, Client, Verdict } from '../core/types.ts';
import type { ConnectionType, PermissionOptions } from '../options.ts';
import { compilePermissions } from './permissions.ts';

/** What a login grants. Limits of -1 are none. */
export interface Grant {
  readonly account: Account;
  readonly permissions: PermissionOptions | null;
  readonly maxPayload?: number;
  readonly maxSubs?: number;
}

const ACCEPTED: Verdict = { ok: true };

/** Moves the client into its account. Refused, and told so, when the account is full. */
export function register(c: Client, grant: Grant): Verdict {
  const { account } = grant;
  c.account.clients.delete(c);
  const others = account.clients.size;
  c.account = account;
  applyLimits(c, grant.maxPayload ?? -1, grant.maxSubs ?? -1);
  if (account.maxConnections >= 0 && others >= account.maxConnections) {
    const label = account.name;
    c.srv.logger?.log('error', `${c.label} - maximum account active connections exceeded - Account:${label}`);
    sendErr(c, 'maximum account active connections exceeded');
    closeClient(c, 'Maximum Account Connections Exceeded');
    return { ok: false, told: true };
  }
  account.clients.add(c);
  c.permissions = grant.permissions === null ? null : compilePermissions(grant.permissions, () => c.srv.clock.now());
  return ACCEPTED;
}

/** Takes the right to publish to one subject away, whatever the permissions say. */
export function forbidPublish(c: Client, subject: string): void {
  const now = (): number => c.srv.clock.now();
  c.permissions = c.permissions?.forbid(subject) ?? compilePermissions({}, now, [subject]);
}

function least(...limits: number[]): number {
  const set = limits.filter((n) => n >= 0);
  return set.length === 0 ? -1 : Math.min(...set);
}

/** The smallest of the user's, the account's and the server's limits holds. */
export function applyLimits(c: Client, maxPayload: number, maxSubs: number): void {
  const { options } = c.srv;
  c.maxPayload = least(maxPayload, c.account.maxPayload, options.maxPayload || -1);
  c.maxSubs = least(maxSubs, c.account.maxSubs, options.maxSubs || -1);
}

/** How a connection arrived, in the words of allowed_connection_types. */
export function connectionType(c: Client): ConnectionType {
  const { kind } = c.wire.peer;
  return kind === 'websocket' ? 'WEBSOCKET' : kind === 'in-process' ? 'IN_PROCESS' : 'STANDARD';
}

export function connectionAllowed(c: Client, types: readonly string[] | undefined): boolean {
  return types === undefined || types.length === 0 || types.includes(connectionType(c));
}

/** Ends the connection when its credentials do. `at` is epoch ms. */
export function expireAt(c: Client, at: number): void {
  const { clock } = c.srv;
  clock.cancel(c.expiryTimer);
  c.expiresAt = at;
  const wait = Math.max(0, at - clock.now());
  c.expiryTimer = clock.after(wait, () => {
    if (c.phase === 'closed') return;
    // Timers reach 24 days; a later end is waited for in steps.
    if (clock.now() < at) {
      expireAt(c, at);
      return;
    }
    c.srv.logger?.log('debug', `${c.label} - User Authentication Expired`);
    sendErr(c, 'User Authentication Expired');
    closeClient(c, 'Authentication Expired');
    c.srv.flush();
  });
}
