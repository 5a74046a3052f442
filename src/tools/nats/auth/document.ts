// An operator, account or user with all of its seeds, as --json and backups write it.
import { any, arr, nullable, obj, str } from '#cli/schema.ts';
import type { KeyStore } from '#store/keystore.ts';
import type { AccountAt, OperatorAt, UserAt } from './pick.ts';
import type { Auth } from './session.ts';

/** A seed; empty where it is not in the keystore. */
export interface KeyDocument {
  readonly key: string;
}

export interface UserDocument {
  readonly name: string;
  readonly key: KeyDocument;
  readonly token: string;
}

export interface AccountDocument extends UserDocument {
  /** Those whose seeds are stored. */
  readonly signingKeys: readonly KeyDocument[] | null;
  readonly users: readonly UserDocument[] | null;
}

export interface OperatorDocument extends UserDocument {
  readonly signingKeys: readonly KeyDocument[] | null;
  readonly accounts: readonly AccountDocument[] | null;
}

const key = obj({ key: str });
/** Fields of a user, all of which an account and an operator have too. */
export const documentFields = { name: str, key, token: str };
export const documentSchema = obj({
  ...documentFields,
  'signingKeys?': nullable(arr(key)),
  'users?': nullable(arr(any)),
  'accounts?': nullable(arr(any)),
});

async function seedOf(keys: KeyStore, publicKey: string): Promise<KeyDocument> {
  const pair = await keys.pair(publicKey);
  const seed = pair ? new TextDecoder().decode(pair.seed()) : '';
  pair?.wipe();
  return { key: seed };
}

async function seedsOf(keys: KeyStore, publicKeys: Iterable<string>): Promise<KeyDocument[] | null> {
  const seeds = await Promise.all([...publicKeys].map((one) => seedOf(keys, one)));
  return orNull(seeds.filter(({ key: seed }) => seed !== ''));
}

/** Go writes a list that was never filled as null. */
const orNull = <T>(list: T[]): T[] | null => (list.length === 0 ? null : list);

export async function userDocument(auth: Auth, account: AccountAt, { name, claims }: UserAt): Promise<UserDocument> {
  const token = await account.operator.store.userToken(account.name, name);
  return { name, key: await seedOf(auth.keys, claims.sub), token };
}

export async function accountDocument(auth: Auth, account: AccountAt): Promise<AccountDocument> {
  const { store } = account.operator;
  const users: UserDocument[] = [];
  for (const name of await store.users(account.name)) {
    users.push(await userDocument(auth, account, { name, claims: await store.user(account.name, name) }));
  }
  return {
    name: account.name,
    key: await seedOf(auth.keys, account.claims.sub),
    token: await store.accountToken(account.name),
    signingKeys: await seedsOf(auth.keys, [...account.claims.nats.signing_keys.keys()].sort()),
    users: orNull(users),
  };
}

export async function operatorDocument(auth: Auth, operator: OperatorAt): Promise<OperatorDocument> {
  const { name, store, claims } = operator;
  const accounts: AccountDocument[] = [];
  for (const one of await store.accounts()) {
    accounts.push(await accountDocument(auth, { operator, name: one, claims: await store.account(one) }));
  }
  return {
    name,
    key: await seedOf(auth.keys, claims.sub),
    token: await store.operatorToken(),
    signingKeys: await seedsOf(auth.keys, claims.nats.signing_keys),
    accounts: orNull(accounts),
  };
}
