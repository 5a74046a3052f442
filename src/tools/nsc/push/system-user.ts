// Who talks to resolvers: a user of the system account, made for the moment where a key of the account is at hand.
import { fail } from '#base/errors.ts';
import type { ConnectOptions } from '#client/types.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { encode } from '#crypto/jwt.ts';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { newUser } from '#crypto/user.ts';
import type { Store } from '#store/store.ts';
import type { Nsc } from '../nsc.ts';

/** Seconds a user made for the moment is good for. */
const LIFE = 120;

export interface SystemUserOptions {
  /** Name of the system account; without it, the one that the operator names. */
  readonly account: string | undefined;
  /** Name of a user whose seed is stored; without it, one is made. */
  readonly user: string | undefined;
  /** What a made user may publish to. It may subscribe to inboxes. */
  readonly publish: readonly string[];
}

export interface SystemUser {
  readonly account: string;
  readonly login: Pick<ConnectOptions, 'jwt' | 'nkeySeed'>;
}

/** Fails with not-found when there is no system account, or nobody in it who can log in. */
export async function systemUser(nsc: Nsc, options: SystemUserOptions): Promise<SystemUser> {
  const store = await nsc.store();
  const name = options.account || (await systemAccountName(store));
  const account = await store.account(name);
  if (!options.user) {
    const signer = await freeSigner(nsc, store, name, account);
    if (signer) return { account: name, login: await madeUser(nsc, account, signer, options.publish) };
  }
  for (const user of options.user ? [options.user] : await store.users(name)) {
    const login = await storedUser(nsc, store, name, user);
    if (login) return { account: name, login };
  }
  throw fail('not-found', 'no system account user with corresponding nkey found', {
    hint: `import the key of account ${name} with "nsc import keys", or give --system-user`,
  });
}

async function systemAccountName(store: Store): Promise<string> {
  const { system_account: key } = (await store.operator()).nats;
  for (const name of key === '' ? [] : await store.accounts()) if ((await store.account(name)).sub === key) return name;
  throw fail('not-found', `system account ${JSON.stringify(key)} not found`, {
    hint: 'nsc edit operator --system-account NAME, or give --system-account',
  });
}

/** A key of the account that may sign users without a role. */
async function freeSigner(nsc: Nsc, store: Store, name: string, account: AccountClaims): Promise<KeyPair | undefined> {
  const strict = (await store.operator()).nats.strict_signing_key_usage;
  const signing = [...account.nats.signing_keys];
  const free = signing.filter(([, scope]) => !scope).map(([key]) => key);
  if (strict && free.length === 0 && (await nsc.keys.has(account.sub))) {
    const quoted = JSON.stringify(name);
    throw fail(
      'usage',
      signing.length > 0
        ? `system account ${quoted} only has scoped signing keys, specify --system-user`
        : `operator requires signing keys, system account ${quoted} doesn't have signing keys`,
    );
  }
  for (const key of strict ? free : [account.sub, ...free]) {
    const pair = await nsc.keys.pair(key);
    if (pair) return pair;
  }
  return undefined;
}

async function madeUser(nsc: Nsc, account: AccountClaims, signer: KeyPair, publish: readonly string[]) {
  const pair = await createKeyPair('user', nsc.runtime.random(32));
  const user = newUser(pair.publicKey);
  user.name = 'nsc temporary user';
  user.exp = nsc.now() + LIFE;
  user.nats.issuer_account = signer.publicKey === account.sub ? '' : account.sub;
  user.nats.pub.allow = [...publish];
  user.nats.sub.allow = ['_INBOX.>'];
  return { jwt: await encode(user, signer, nsc.now()), nkeySeed: pair.seed() };
}

async function storedUser(nsc: Nsc, store: Store, account: string, name: string) {
  const token = await store.userToken(account, name);
  const pair = await nsc.keys.pair((await store.user(account, name)).sub);
  return pair && { jwt: token, nkeySeed: pair.seed() };
}
