// Keys of the current operator, its accounts and users, and keys nobody refers to: for `list keys` and `export keys`.
import { fail } from '#base/errors.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { decodePublic, isPublicKey, type KeyKind } from '#crypto/nkeys.ts';
import { keyOf } from '#store/keystore.ts';
import type { Store } from '#store/store.ts';
import type { Nsc } from './nsc.ts';

export const keyFilterFlags = {
  operator: { type: 'bool', short: 'o', help: 'Operator keys' },
  accounts: { type: 'bool', short: 'a', help: 'Account keys' },
  users: { type: 'bool', short: 'u', help: 'User keys' },
  account: { type: 'string', help: 'Keys of this account and its users alone' },
  user: { type: 'string', help: 'Keys of this user alone' },
  all: { type: 'bool', short: 'A', help: 'Keys of operator, accounts and users' },
  filter: { type: 'string', short: 'f', help: 'Keys that contain this text' },
  'not-referenced': { type: 'bool', help: 'Keys in the keystore that the operator does not refer to' },
} as const satisfies FlagSpecs;

/** A key and what it is for. */
export interface ListedKey {
  /** `?` when nobody refers to it. */
  readonly name: string;
  readonly pub: string;
  /** Public key of the operator or account it belongs to. */
  readonly parent?: string;
  readonly kind: KeyKind;
  readonly signing: boolean;
  /** Encryption target of an auth callout. */
  readonly curve: boolean;
  /** Where the seed is; empty when it is not stored. */
  readonly path: string;
  /** The file holds another key than its name says. */
  readonly invalid: boolean;
  readonly jwt?: string;
}

/** Which keys are wanted. */
export interface KeyFilter {
  readonly operator: boolean;
  readonly accounts: boolean;
  readonly users: boolean;
  readonly curves: boolean;
  readonly account: string | undefined;
  readonly user: string | undefined;
  readonly unreferenced: boolean;
  readonly text: string;
}

interface FilterFlags {
  readonly operator: boolean;
  readonly accounts: boolean;
  readonly users: boolean;
  readonly all: boolean;
  readonly account: string | undefined;
  readonly user: string | undefined;
  readonly filter: string | undefined;
  readonly 'not-referenced': boolean;
}

/** The filter of the flags; without any kind all are meant, of the current account. */
export function keyFilter(nsc: Nsc, flags: FilterFlags, curves: boolean): KeyFilter {
  const none = !flags.operator && !flags.accounts && !flags.users && !curves && !flags.all;
  const every = none || flags.all;
  return {
    operator: every || flags.operator,
    accounts: every || flags.accounts,
    users: every || flags.users,
    curves: every || curves,
    account: flags.account || (none ? nsc.config.account || undefined : undefined),
    user: flags.user || undefined,
    unreferenced: flags['not-referenced'],
    text: (flags.filter ?? '').toUpperCase(),
  };
}

/** The keys that pass the filter: operator first, then each account with its users. */
export async function listKeys(nsc: Nsc, filter: KeyFilter): Promise<ListedKey[]> {
  const store = nsc.config.operator === '' ? undefined : await nsc.store();
  const referenced = store ? await referencedKeys(nsc, store, filter) : [];
  const keys = filter.unreferenced ? await unreferencedKeys(nsc, referenced) : referenced;
  return keys.filter((key) => {
    if (key.kind === 'operator' && !filter.operator) return false;
    if (key.kind === 'account' && !filter.accounts) return false;
    if (key.kind === 'user' && !filter.users) return false;
    if (key.kind === 'curve' && !filter.curves && !filter.accounts) return false;
    return key.pub.includes(filter.text);
  });
}

type Facts = Pick<ListedKey, 'name' | 'kind'> & Partial<ListedKey>;

async function resolved(nsc: Nsc, pub: string, facts: Facts): Promise<ListedKey> {
  const text = isPublicKey(pub) ? await nsc.disk.read(nsc.keys.keyPath(pub)) : undefined;
  const stored = text !== undefined;
  const pair = stored ? (await keyOf(text))?.pair : undefined;
  const invalid = stored && pair?.publicKey !== pub;
  pair?.wipe();
  return { signing: false, curve: false, ...facts, pub, path: stored ? nsc.keys.keyPath(pub) : '', invalid };
}

async function referencedKeys(nsc: Nsc, store: Store, filter: KeyFilter): Promise<ListedKey[]> {
  const operator = await store.operator();
  const { name, sub, nats } = operator;
  const keys = [await resolved(nsc, sub, { name, kind: 'operator', jwt: await store.operatorToken() })];
  for (const key of nats.signing_keys) keys.push(await resolved(nsc, key, { name, kind: 'operator', signing: true }));
  for (const account of filter.account ? [filter.account] : await store.accounts()) {
    const token = await store.accountToken(account);
    const claims = await decodeAs(token, 'account');
    keys.push(...(await accountKeys(nsc, claims, token, sub)));
    keys.push(...(await userKeys(nsc, store, account, filter.user ? undefined : claims.sub, filter.user)));
  }
  return keys;
}

async function accountKeys(
  nsc: Nsc,
  { name, sub, nats }: AccountClaims,
  jwt: string,
  parent: string,
): Promise<ListedKey[]> {
  const keys = [await resolved(nsc, sub, { name, kind: 'account', parent, jwt })];
  for (const key of [...nats.signing_keys.keys()].sort()) {
    keys.push(await resolved(nsc, key, { name, kind: 'account', signing: true }));
  }
  const { xkey } = nats.authorization;
  if (xkey !== '') keys.push(await resolved(nsc, xkey, { name, kind: 'curve', curve: true }));
  return keys;
}

async function userKeys(
  nsc: Nsc,
  store: Store,
  account: string,
  parent: string | undefined,
  only: string | undefined,
): Promise<ListedKey[]> {
  const keys: ListedKey[] = [];
  for (const userName of only ? [only] : await store.users(account)) {
    const jwt = await store.userToken(account, userName);
    const { name, sub } = await decodeAs(jwt, 'user');
    keys.push(await resolved(nsc, sub, { name, kind: 'user', ...(parent ? { parent } : {}), jwt }));
  }
  return keys;
}

const order: readonly KeyKind[] = ['operator', 'account', 'user', 'curve'];

async function unreferencedKeys(nsc: Nsc, referenced: readonly ListedKey[]): Promise<ListedKey[]> {
  const known = new Set(referenced.map((key) => key.pub));
  const keys: ListedKey[] = [];
  for (const pub of (await nsc.keys.all()).sort()) {
    if (known.has(pub)) continue;
    const kind = decodePublic(pub)?.kind;
    if (!kind) throw fail('error', `the keystore holds ${JSON.stringify(pub)}, which is no public key`);
    if (order.includes(kind)) keys.push(await resolved(nsc, pub, { name: '?', kind }));
  }
  return keys.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
