/** Who am I, as $SYS.REQ.USER.INFO answers it. */

import { headerOfText } from '../accounts/headers.ts';
import { accountTag, authUser } from '../accounts/info.ts';
import type { SystemRequest } from './request.ts';

/** Who asks, from the header of a request that came through an import, or nobody. */
function fromHeader(header: string): { user: string; account: string } {
  const nobody = { user: '', account: '' };
  const text = headerOfText(header, 'Nats-Request-Info');
  if (text === null) return nobody;
  try {
    const info = JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as { user?: string; acc?: string };
    return { user: info.user ?? '', account: info.acc ?? '' };
  } catch {
    return nobody;
  }
}

/** The user that asks: account, permissions, and how long the login lasts in ns. */
export function userInfo({ from: c, subject, header }: SystemRequest): Record<string, unknown> {
  const left = c.expiresAt === 0 ? 0 : Math.max(0, c.expiresAt - c.srv.clock.now());
  const own = subject === '$SYS.REQ.USER.INFO';
  const who = own ? { user: authUser(c), account: c.account.name } : fromHeader(header);
  const account = c.srv.accounts.get(who.account);
  return {
    ...who,
    account_name: account === undefined ? undefined : accountTag(account),
    user_name: c.identity?.nameTag || undefined,
    permissions: c.permissions?.describe(),
    expires: left === 0 ? undefined : Math.round(left * 1e6),
  };
}
