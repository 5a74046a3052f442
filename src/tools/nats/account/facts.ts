// What `account info` tells: the connection, its user, and the account's JetStream.
import { BoxError, messageOf } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import { atLeast } from '#base/semver.ts';
import { JetStreamError } from '#client/jetstream/api.ts';
import type { AccountInfo } from '#client/jetstream/types.ts';
import type { Connection } from '#client/types.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** What a server says about the user of this connection (`server.UserInfo`). */
export interface UserInfo {
  readonly user: string;
  readonly user_name?: string;
  readonly account: string;
  readonly account_name?: string;
  readonly permissions?: {
    readonly publish?: Permission;
    readonly subscribe?: Permission;
  };
  /** Nanoseconds. */
  readonly expires?: number | bigint;
}

export interface Permission {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** Everything `account info` shows. */
export interface AccountFacts {
  readonly connection: Connection;
  readonly user: UserInfo | undefined;
  readonly rtt: bigint;
  readonly jetStream: AccountInfo | undefined;
  /** Why there is nothing about JetStream. */
  readonly problem: string;
}

/** Asks for them; what the server does not tell is left out. */
export async function fetchFacts(
  runtime: Runtime,
  connection: Connection,
  ask: () => Promise<AccountInfo>,
): Promise<AccountFacts> {
  const rtt = await connection.rtt();
  const user = atLeast(connection.info.version, '2.10.0') ? await userInfo(runtime, connection) : undefined;
  try {
    return { connection, user, rtt, jetStream: await ask(), problem: '' };
  } catch (error) {
    runtime.signal.throwIfAborted();
    return { connection, user, rtt, jetStream: undefined, problem: problemText(error) };
  }
}

async function userInfo(runtime: Runtime, connection: Connection): Promise<UserInfo | undefined> {
  const subject = '$SYS.REQ.USER.INFO';
  const tracing = runtime.globals['trace'] === true;
  if (tracing) runtime.log(`>>> ${subject}: {}`);
  try {
    const answer = (await connection.request(subject, '', { timeout: 1000, signal: runtime.signal })).string();
    if (tracing) runtime.log(`<<< ${answer}`);
    return (parseJson(answer) as { data?: unknown }).data as UserInfo | undefined;
  } catch {
    runtime.signal.throwIfAborted();
    return undefined;
  }
}

/** JetStream is off on the server. */
const OFF = 10076;

function problemText(error: unknown): string {
  const off = '  JetStream is not supported in this account';
  if (error instanceof JetStreamError && error.api.err_code === OFF) return off;
  if (error instanceof BoxError && error.kind === 'no-responders') return off;
  if (error instanceof BoxError && error.kind === 'timeout') return '  No response from JetStream server';
  return `  Could not obtain account information:  ${messageOf(error)}`;
}
