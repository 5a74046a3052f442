// What the revocation commands share: flags, reading them, and the table.
import { parseDateTimeFlag } from '#base/dates.ts';
import { type BoxError, fail } from '#base/errors.ts';
import { formatLayout, layouts } from '#base/layout.ts';
import { int, list, obj, str } from '#cli/schema.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { AccountClaims } from '#crypto/account.ts';
import type { Revocations } from '#crypto/revocations.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { renderNscTable } from '#view/nsc-table.ts';
import { onlyUser } from '../account.ts';
import type { Nsc } from '../nsc.ts';
import { userKey } from '../public-key.ts';

export const atFlag = {
  at: {
    type: 'date-time',
    default: '1970-01-01T00:00:00Z',
    help: 'Revoke what was issued up to this time: RFC 3339 or unix seconds; now if not given',
  },
} as const satisfies FlagSpecs;

/** A time in unix seconds as the original prints it. */
export function shownTime(at: number): string {
  return formatLayout(BigInt(at) * 1_000_000_000n, layouts.goString);
}

export const userFlags = {
  name: { type: 'string', short: 'n', help: 'Name of the user' },
  'user-public-key': { type: 'string', short: 'u', help: 'Public key of the user; * is every user' },
} as const satisfies FlagSpecs;

export const activationFlags = {
  subject: { type: 'string', short: 's', help: 'Subject of the export; not needed when there is one' },
  service: { type: 'bool', help: 'The export is a service, not a stream' },
} as const satisfies FlagSpecs;

export const targetFlag = {
  'target-account': { type: 'string', short: 't', help: 'Public key or name of the importing account; * is every one' },
} as const satisfies FlagSpecs;

/** Reads --at; 0 is now. Unix seconds. */
export function readAt(nsc: Nsc, text: string): number {
  try {
    return parseDateTimeFlag(text) || nsc.now();
  } catch (error) {
    const { message, facts } = error as BoxError;
    throw fail('usage', `invalid argument ${JSON.stringify(text)} for "--at" flag: ${message}`, facts);
  }
}

interface UserInput {
  readonly name: string | undefined;
  readonly 'user-public-key': string | undefined;
}

/** The public key of the user meant: by name (in any case), by key, or `*`. Fails with usage or not-found. */
export async function revokedUser(nsc: Nsc, account: string, flags: UserInput): Promise<string> {
  const { name, 'user-public-key': key } = flags;
  if (key && name) throw fail('usage', 'user and user-public-key are mutually exclusive');
  if (key) return userKey(nsc, account, key, { wildcard: true });
  const store = await nsc.store();
  const wanted = name || (await onlyUser(nsc, account));
  if (!wanted) {
    throw fail('usage', 'user or user-public-key is required', { hint: `nsc list users --account ${account}` });
  }
  const lower = wanted.toLowerCase();
  const found = (await store.users(account)).find((user) => user.toLowerCase() === lower);
  if (found === undefined) throw fail('not-found', `user ${JSON.stringify(wanted)} not found`);
  return (await store.user(account, found)).sub;
}

/** One revocation as data. */
export const revocationsOutput = list(obj({ public_key: str, revoked_before: int, 'name?': str }));

/** Shows revocations, in the order of the keys. */
export async function showRevocations(
  runtime: Runtime,
  title: string,
  revocations: Revocations,
  all: string,
): Promise<void> {
  const entries = [...revocations].sort(([a], [b]) => (a < b ? -1 : 1));
  const data = entries.map(([key, at]) => ({ public_key: key, revoked_before: Number(at) }));
  const text = () => {
    const rows = entries.map(([key, at]) => [
      key === '*' ? all : key,
      formatLayout(BigInt(at) * 1_000_000_000n, layouts.rfc1123),
    ]);
    const headers = ['Public Key', 'Revoke Credentials Before'];
    return `${renderNscTable({ title, headers, rows }, runtime.terminal)}\n`;
  };
  await runtime.show({ data, text });
}

/** Names of accounts and users for questions. */
export function keysOf(account: AccountClaims): string[] {
  return [...account.nats.revocations.keys()].sort();
}
