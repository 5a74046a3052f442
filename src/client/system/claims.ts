// Accounts of operator mode on the wire: servers take a new token of one, and tell the one they have.
import { messageOf } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import type { Connection, Msg } from '../types.ts';
import { type GatherOptions, gather } from './gather.ts';

/** What one server said to a new token. */
export interface ClaimsUpdate {
  /** Empty when the answer did not tell. */
  readonly server: string;
  /** What went wrong; undefined when the server took it. */
  readonly error?: string;
}

interface Answer {
  readonly server?: { readonly name?: string };
  readonly error?: { readonly description?: string; readonly code?: number };
}

function updateOf(msg: Msg): ClaimsUpdate {
  let answer: Answer;
  try {
    answer = parseJson(msg.string()) as Answer;
  } catch (error) {
    return { server: '', error: `invalid JSON response received: ${messageOf(error)}` };
  }
  const server = answer.server?.name ?? '';
  return answer.error ? { server, error: answer.error.description ?? 'unknown error' } : { server };
}

/** Gives all servers a new token of an account, by its public key; `onUpdate` hears of each answer as it comes. */
export async function updateAccountClaims(
  connection: Connection,
  account: string,
  token: string,
  options: Omit<GatherOptions, 'onAnswer'> & { readonly onUpdate?: (update: ClaimsUpdate) => void },
): Promise<ClaimsUpdate[]> {
  const updates: ClaimsUpdate[] = [];
  const { onUpdate, ...rest } = options;
  await gather(connection, `$SYS.REQ.ACCOUNT.${account}.CLAIMS.UPDATE`, token, {
    ...rest,
    onAnswer: (msg) => {
      const update = updateOf(msg);
      updates.push(update);
      onUpdate?.(update);
    },
  });
  return updates;
}

/** The token a server has of an account; empty when none answers with one. */
export async function lookupAccountClaims(
  connection: Connection,
  account: string,
  options: Omit<GatherOptions, 'expect'>,
): Promise<string> {
  const [answer] = await gather(connection, `$SYS.REQ.ACCOUNT.${account}.CLAIMS.LOOKUP`, '', { ...options, expect: 1 });
  return answer?.string().trim() ?? '';
}
