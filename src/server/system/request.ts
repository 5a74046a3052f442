import type { Account, Client } from '../core/types.ts';

/** A request, copied out of the read buffer. */
export interface SystemRequest {
  readonly subject: string;
  readonly reply: string;
  readonly header: string;
  readonly body: string;
  readonly from: Client;
  /** Account the request was made in, and is answered in. */
  readonly account: Account;
}
