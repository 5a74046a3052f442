import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { join } from '#base/path.ts';
import { quote } from '#base/quote.ts';
import { any, obj, recordOf, str } from '#cli/schema.ts';
import type { AccountClaims } from '#crypto/account.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { UserClaims } from '#crypto/user.ts';
import { defineCommand } from '#runtime/command.ts';
import { listOperators } from '#store/config.ts';
import { expandPath, shortPath } from '#store/dirs.ts';
import { type KeyStore, openKeyStore } from '#store/keystore.ts';
import { openStore, type Store } from '#store/store.ts';
import { type Nsc, openNsc } from '../nsc.ts';
import { parseNscUrl } from '../nsc-url.ts';
import { writeOut } from '../output-file.ts';
import { reportText } from '../report.ts';

/** `nsc generate profile` */
export const command = defineCommand({
  name: 'profile',
  help:
    'Give facts of an operator, account or user to other tools, as JSON\n\n' +
    'After the question mark of the URL stands what is wanted: names, keys, seeds of all, or operatorName, accountKey, ' +
    'userSeed and so on of one; name, key, seed of the last; store=DIR and keystore=DIR say where to look.',
  args: {
    url: { type: 'string', required: true, help: 'nsc://OPERATOR/ACCOUNT/USER?names&keys' },
    words: { type: 'string', cumulative: true, hidden: true, help: 'Ignored' },
  },
  flags: { 'output-file': { type: 'string', short: 'o', default: '--', help: 'Write to this file, -- is stdout' } },
  examples: ['nsc generate profile "nsc://ACME/ORDERS/clerk?names&keys"'],
  tags: { scope: 'local', impact: 'ro' },
  output: recordOf(obj({ 'user_creds?': str, operator: any, 'account?': any, 'user?': any })),
  async run({ args, flags }, runtime) {
    const url = parseNscUrl(args.url);
    const nsc = await openNsc(runtime);
    const found = await findEntities(nsc, url);
    const profile = await makeProfile(found, url.query);
    const file = flags['output-file'];
    const json = `${stringifyJson(profile, { indent: 2 })}\n`;
    if (file === '--') return runtime.show({ data: profile, text: () => json });
    const secret = json.includes('"seed"');
    await writeOut(runtime, file, json, { mode: secret ? 0o600 : 0o644, fresh: true });
    const text = () =>
      reportText([{ level: 'ok', text: `wrote tool configuration to \`${shortPath(runtime, file)}\`` }]);
    await runtime.show({ data: profile, text });
  },
});

interface Details {
  service?: readonly string[];
  name?: string;
  seed?: string;
  id?: string;
}

interface Profile {
  user_creds?: string;
  operator: Details;
  account?: Details;
  user?: Details;
}

interface Found {
  readonly keys: KeyStore;
  readonly disk: Nsc['disk'];
  /** Names in the store. */
  readonly operatorName: string;
  readonly operator: OperatorClaims;
  readonly accountName?: string;
  readonly account?: AccountClaims;
  readonly userName?: string;
  readonly user?: UserClaims;
}

type NscUrl = ReturnType<typeof parseNscUrl>;

/** A thing by its name in any case, by the name in its token, or by its public key. */
async function named<T extends { name: string; sub: string }>(
  names: readonly string[],
  wanted: string,
  read: (name: string) => Promise<T>,
  what: string,
): Promise<{ name: string; claims: T }> {
  const lower = wanted.toLowerCase();
  const direct = names.find((name) => name === wanted) ?? names.find((name) => name.toLowerCase() === lower);
  if (direct !== undefined) return { name: direct, claims: await read(direct) };
  for (const name of names) {
    const claims = await read(name).catch(() => undefined);
    if (claims && (claims.name.toLowerCase() === lower || claims.sub.toLowerCase() === lower)) return { name, claims };
  }
  throw fail('not-found', `invalid ${what} ${quote(wanted)}: ${what} was not found`);
}

async function findEntities(nsc: Nsc, url: NscUrl): Promise<Found> {
  const { runtime, disk } = nsc;
  const place = (word: string) => {
    const given = url.query.get(word);
    return given ? expandPath(runtime, given) : undefined;
  };
  const root = place('store') ?? nsc.config.store_root;
  const keystore = place('keystore');
  const keys = keystore === undefined ? nsc.keys : openKeyStore(runtime, disk, keystore);
  const open = (name: string) => openStore(disk, join(root, name));
  const operators = await listOperators(disk, root);
  const operator = await named(operators, url.operator, async (name) => (await open(name)).operator(), 'operator');
  const base = { keys, disk, operatorName: operator.name, operator: operator.claims };
  if (url.account === '') return base;
  const store: Store = await open(operator.name);
  const account = await named(await store.accounts(), url.account, (name) => store.account(name), 'account');
  const withAccount = { ...base, accountName: account.name, account: account.claims };
  if (url.user === '') return withAccount;
  const read = (name: string) => store.user(account.name, name);
  const user = await named(await store.users(account.name), url.user, read, 'user');
  return { ...withAccount, userName: user.name, user: user.claims };
}

/** The user's credentials file, when there is one. */
async function credsOf({ keys, disk, operatorName, accountName, userName }: Found): Promise<string | undefined> {
  if (accountName === undefined || userName === undefined) return undefined;
  const path = keys.credsPath(operatorName, accountName, userName);
  return (await disk.has(path)) ? path : undefined;
}

async function makeProfile(found: Found, query: ReadonlyMap<string, string>): Promise<Profile> {
  const { operator, account, user, keys } = found;
  const urls = operator.nats.operator_service_urls;
  const creds = await credsOf(found);
  const profile: Profile = {
    ...(creds === undefined ? {} : { user_creds: creds }),
    operator: urls.length > 0 ? { service: urls } : {},
  };
  const last = user ? 'user' : account ? 'account' : 'operator';
  const parts = [
    ['operator', found.operatorName, operator, operator.nats.signing_keys],
    ['account', account?.name, account, [...(account?.nats.signing_keys.keys() ?? [])].sort()],
    ['user', user?.name, user, []],
  ] as const;
  for (const [what, name, claims, signing] of parts) {
    // The original gives name and seed of everything in the path for the bare words, the key of the last alone.
    const wants = (word: string, bare: boolean) =>
      query.has(`${what}${word}`) || query.has(`${word}s`) || (bare && query.has(word));
    const details: Details = {};
    if (wants('name', true) && name !== undefined) details.name = name;
    if (wants('key', what === last) && claims) details.id = claims.sub;
    if (wants('seed', true) && claims) {
      const seed = await seedOf(keys, [claims.sub, ...signing], query.get(`${what}seed`) ?? '');
      details.seed = seed;
    }
    if (what === 'operator') {
      const { service } = profile.operator;
      profile.operator = { ...(service ? { service } : {}), ...ordered(details) };
    } else if (Object.keys(details).length > 0) profile[what] = ordered(details);
  }
  return profile;
}

function ordered({ name, seed, id }: Details): Details {
  return {
    ...(name === undefined ? {} : { name }),
    ...(seed === undefined ? {} : { seed }),
    ...(id === undefined ? {} : { id }),
  };
}

async function seedOf(keys: KeyStore, own: readonly string[], wanted: string): Promise<string> {
  const key = wanted.toUpperCase();
  if (key !== '' && !own.includes(key)) throw fail('not-found', `${quote(key)} was not found`);
  for (const one of key === '' ? own : [key]) {
    const pair = await keys.pair(one);
    if (pair) return new TextDecoder().decode(pair.seed());
  }
  throw fail('not-found', `no seed was found for ${quote(key || (own[0] as string))}`);
}
