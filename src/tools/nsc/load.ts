import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { join } from '#base/path.ts';
import { quote } from '#base/quote.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { parseDecoratedJwt } from '#crypto/creds.ts';
import { formatCreds } from '#crypto/decorate.ts';
import { decodeAs, encode } from '#crypto/jwt.ts';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { newUser } from '#crypto/user.ts';
import { defineCommand } from '#runtime/command.ts';
import { natsConfigDir } from '#store/dirs.ts';
import { resolveKey } from '#store/keystore.ts';
import { checkName } from '#store/names.ts';
import { createStore, openStore, type Store } from '#store/store.ts';
import { change, changed, type Outcome } from './finish.ts';
import { type FoundOperator, loadOperator } from './import-operator.ts';
import { knownOperator } from './known-operators.ts';
import type { Nsc } from './nsc.ts';
import { newReport, type Report } from './report.ts';

/** `nsc load` */
export const command = defineCommand({
  name: 'load',
  help:
    'Set up an account that an operator elsewhere made: its tokens, its key, a user, a context\n\n' +
    'A profile is nsc://OPERATOR?secret=SEED&user=NAME, OPERATOR one that nsc knows. Without one, --url is where the\n' +
    "operator's token is.",
  flags: {
    profile: { type: 'string', help: 'URL that names operator, seed and user' },
    url: { type: 'string', help: "URL of the operator's token on its account server" },
    seed: { type: 'string', help: 'Seed of the account, or the file of it' },
    user: { type: 'string', default: 'default', help: 'Name of the user' },
  },
  examples: ['nsc load --url https://jwt.example.net/jwt/v1/operator --seed account.nk'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => load(nsc, readProfile(nsc, flags)));
  },
});

interface Wanted {
  /** Name the store gets; undefined for the one in the token. */
  readonly name: string | undefined;
  readonly url: string;
  readonly seed: string;
  readonly user: string;
}

interface Given {
  readonly profile: string | undefined;
  readonly url: string | undefined;
  readonly seed: string | undefined;
  readonly user: string;
}

function readProfile({ runtime }: Nsc, { profile, url, seed = '', user }: Given): Wanted {
  if (!profile) {
    if (!url) throw fail('usage', 'missing account server URL', { hint: 'give --profile, or --url and --seed' });
    return { name: undefined, url, seed, user };
  }
  if (!URL.canParse(profile)) throw fail('usage', '--profile is no URL', { hint: 'nsc://OPERATOR?secret=SEED' });
  // Only the part after the scheme counts; a scheme of the web keeps names as they are but for their case.
  const { hostname, searchParams } = new URL(profile.replace(/^[a-z]+:/i, 'http:'));
  const known = knownOperator(runtime, hostname);
  if (!known) {
    throw fail('not-found', `operator not found: ${quote(hostname)}`, {
      hint: `set NSC_${hostname.toUpperCase()}_OPERATOR to the URL of its token`,
    });
  }
  return {
    name: known.name,
    url: known.url,
    seed: searchParams.get('secret') ?? '',
    user: searchParams.get('user') || user,
  };
}

async function load(nsc: Nsc, wanted: Wanted): Promise<Outcome> {
  const { url, user } = wanted;
  checkName(user, 'user');
  const key = await accountKey(nsc, wanted.seed);
  const found = await loadOperator(nsc, url);
  const name = wanted.name ?? found.claims.name;
  checkName(name, 'operator');
  const { account_server_url: server } = found.claims.nats;
  if (server === '') {
    throw fail('usage', `error importing operator ${quote(name)} - it doesn't define an account server url`);
  }
  const { accountUrl, loadUrl } = await import('./push/http.ts');
  const token = parseDecoratedJwt(await loadUrl(accountUrl(server, key.publicKey)));
  const account = await decodeAs(token, 'account');
  checkName(account.name, 'account');
  await nsc.lock({ create: true });
  const report = newReport();
  const store = await operatorStore(nsc, name, found);
  await nsc.keys.put(key);
  store.putAccount(account.name, token);
  report.ok(`stored account ${quote(account.name)}`);
  const creds = await addUser(nsc, store, { account, user, key, report });
  if (creds !== undefined) await writeContext(nsc, found, store, { account: account.name, user, creds }, report);
  await nsc.useOperator(name);
  await nsc.useAccount(account.name);
  return { entries: report.entries, data: { operator: name, account: account.name, user, creds } };
}

async function accountKey(nsc: Nsc, seed: string): Promise<KeyPair> {
  const key = await resolveKey(nsc.runtime, nsc.disk, seed);
  if (key?.pair && key.kind === 'account') return key.pair;
  throw fail('usage', 'expected account seed to initialize', { hint: 'give --seed SEED, or a file that holds it' });
}

async function operatorStore(nsc: Nsc, name: string, { token, claims }: FoundOperator): Promise<Store> {
  const dir = join(nsc.config.store_root, name);
  const there = await nsc.disk.has(join(dir, '.nsc'));
  const store = there ? await openStore(nsc.disk, dir) : createStore(nsc.disk, dir, true);
  const held = there ? await store.operator().catch(() => undefined) : undefined;
  if (held && held.sub !== claims.sub) {
    throw fail('conflict', `error a different operator named ${quote(name)} already exists`, {
      hint: 'give another --data-dir',
    });
  }
  store.putOperator(token);
  return store;
}

interface NewUser {
  readonly account: AccountClaims;
  readonly user: string;
  readonly key: KeyPair;
  readonly report: Report;
}

/** Makes the user unless it is there. Gives the path of its creds; undefined when there are none. */
async function addUser(nsc: Nsc, store: Store, { account, user, key, report }: NewUser): Promise<string | undefined> {
  const operator = store.info.name;
  if (await store.hasUser(account.name, user)) {
    report.warn(`the user ${quote(user)} already exists`);
    const creds = nsc.keys.credsPath(operator, account.name, user);
    if (await nsc.disk.has(creds)) return creds;
    report.error(`user ${quote(user)} credentials not found at ${quote(creds)}`);
    return undefined;
  }
  const pair = await createKeyPair('user', nsc.runtime.random(32));
  const claims = newUser(pair.publicKey);
  claims.name = user;
  const token = await encode(claims, key, nsc.now());
  await nsc.keys.put(pair);
  store.putUser(account.name, user, token);
  report.ok(`generated and stored user key ${quote(pair.publicKey)}`);
  const creds = nsc.keys.putCreds(operator, account.name, user, formatCreds(token, claims.sub, pair));
  report.ok(`generated and stored user credentials at ${quote(creds)}`);
  return creds;
}

interface ContextOf {
  readonly account: string;
  readonly user: string;
  readonly creds: string;
}

/** A context of the nats tool for the user; one that is there stays. */
async function writeContext(
  nsc: Nsc,
  { claims }: FoundOperator,
  store: Store,
  { account, user, creds }: ContextOf,
  report: Report,
): Promise<void> {
  const name = `${store.info.name}_${account}_${user}`;
  const path = join(natsConfigDir(nsc.runtime), 'context', `${name}.json`);
  if (await nsc.disk.has(path)) {
    report.warn(`the nats context ${quote(name)} already exists`);
    return;
  }
  const [url] = claims.nats.operator_service_urls;
  const context = { nsc: `nsc://${store.info.name}/${account}/${user}`, ...(url ? { url } : {}), creds };
  nsc.disk.write(path, stringifyJson(context), 0o644);
  report.ok(`created nats context ${quote(name)}`);
}
