// Writes a project that was found into a new directory: operators/ holds the tokens, keys/ is the keystore.

import { messageOf } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { credsText } from '#crypto/decorate.ts';
import { noteGarbage } from '#runtime/collect.ts';
import { type KeyStore, openKeyStore } from '#store/keystore.ts';
import { checkName } from '#store/names.ts';
import { createStore, type Store } from '#store/store.ts';
import { operatorNameFor } from '../known-operators.ts';
import type { Nsc } from '../nsc.ts';
import { type Entry, group, type Level, lazyGroup, newReport, worse } from '../report.ts';
import { type Found, type FoundAccount, type FoundOperator, type Held, tokenOf, type UserFacts } from './found.ts';

/** How much was written. */
export interface Counts {
  operators: number;
  accounts: number;
  users: number;
  nkeys: number;
}

/** How often a text is in memory on its way from file to file: read, taken apart, joined, encoded. */
const TEXTS = 4;

interface Rebuild {
  readonly nsc: Nsc;
  readonly found: Found;
  readonly keys: KeyStore;
  readonly counts: Counts;
}

/** Writes the files of all operators, account by account: what is collected for one is small. Nothing under --plan. */
export async function rebuild(nsc: Nsc, found: Found, out: string): Promise<{ entry: Entry; counts: Counts }> {
  const counts: Counts = { operators: 0, accounts: 0, users: 0, nkeys: 0 };
  const keys = openKeyStore(nsc.runtime, nsc.disk, join(out, 'keys'));
  const work = { nsc, found, keys, counts };
  const entries: Entry[] = [];
  for (const operator of found.operators.values()) {
    entries.push(await rebuildOperator(work, operator, join(out, 'operators')));
  }
  return { entry: group('Generate', entries), counts };
}

async function rebuildOperator(work: Rebuild, operator: FoundOperator, dir: string): Promise<Entry> {
  const { nsc, found, counts } = work;
  const { sub, name: stated, nats } = operator.claims;
  const name = stated.includes(' ') ? operatorNameFor(nsc.runtime, stated, nats.account_server_url) : stated;
  const title = `operator ${name} [${sub}]`;
  const report = newReport();
  const path = join(dir, name);
  try {
    checkName(name, 'operator');
    if ((await nsc.disk.list(path)).length > 0) throw new Error(`\`${path}\` is not empty`);
  } catch (error) {
    report.error(`error creating store: ${messageOf(error)}`);
    return group(title, report.entries);
  }
  const all = [sub, ...nats.signing_keys];
  const store = createStore(nsc.disk, path, !all.some((key) => found.seeds.has(key)));
  store.putOperator(await tokenOf(nsc, operator));
  counts.operators++;
  report.add(...storedKeys(await putKeys(work, all)));
  report.ok('stored operator');
  const accounts: Rebuilt[] = [];
  for (const account of operator.accounts.values()) {
    accounts.push(await rebuildAccount(work, store, account));
    if (nsc.runtime.contract.plan) continue;
    noteGarbage(TEXTS * nsc.disk.pending.reduce((sum, change) => sum + ('text' in change ? change.text.length : 0), 0));
    await nsc.disk.commit();
  }
  const level = accounts.reduce<Level>((worst, account) => worse(worst, account.level), 'ok');
  return lazyGroup(title, level, () => [...report.entries, ...accounts.flatMap((account) => account.entries())]);
}

/** Stores the seeds that were found of these keys; gives the keys it stored. */
async function putKeys({ found, keys, counts }: Rebuild, wanted: Iterable<string>): Promise<string[]> {
  const stored: string[] = [];
  for (const key of wanted) {
    const seed = found.seeds.get(key);
    if (seed === undefined) continue;
    await keys.putSeed(key, seed);
    counts.nkeys++;
    stored.push(key);
  }
  return stored;
}

const storedKeys = (keys: readonly string[]): Entry[] =>
  keys.map((key) => ({ level: 'ok', text: `stored key ${key}` }));

/** What became of an account. Its entries are made when they are shown. */
interface Rebuilt {
  readonly level: Level;
  entries(): readonly Entry[];
}

/** What became of a user: stored, stored with creds, or why not. */
type UserEnd = 'token' | 'creds' | { readonly error: string };

async function rebuildAccount(work: Rebuild, store: Store, account: FoundAccount): Promise<Rebuilt> {
  const { sub, name, nats } = account.claims;
  const users: [Held<UserFacts>, UserEnd][] = [];
  const stored: string[] = [];
  let isStored = false;
  let failed: string | undefined;
  try {
    store.putAccount(name, await tokenOf(work.nsc, account));
    work.counts.accounts++;
    isStored = true;
    stored.push(...(await putKeys(work, [sub, ...nats.signing_keys.keys()])));
    for (const held of account.users.values()) {
      users.push([held, await rebuildUser(work, store, name, held)]);
      stored.push(...(await putKeys(work, [held.claims.sub])));
    }
  } catch (error) {
    failed = `error storing: ${messageOf(error)}`;
  }
  const lines = () => {
    const report = newReport();
    if (isStored) report.ok('stored account');
    for (const [{ claims }, end] of users) {
      const credsPath = () => work.keys.credsPath(store.info.name, name, claims.name);
      report.add(group(`user ${claims.name} [${claims.sub}]`, endLines(end, credsPath)));
    }
    if (failed !== undefined) report.error(failed);
    return report.entries;
  };
  const level = failed !== undefined || users.some(([, end]) => typeof end === 'object') ? 'error' : 'ok';
  return { level, entries: () => [lazyGroup(`account ${name} [${sub}]`, level, lines), ...storedKeys(stored)] };
}

function endLines(end: UserEnd, credsPath: () => string): Entry[] {
  if (end === 'token') return [];
  if (end === 'creds') return [{ level: 'ok', text: `stored creds file ${credsPath()}` }];
  return [{ level: 'error', text: `error storing user: ${end.error}` }];
}

async function rebuildUser(
  { nsc, found, keys, counts }: Rebuild,
  store: Store,
  account: string,
  { claims, path }: Held<UserFacts>,
): Promise<UserEnd> {
  try {
    const token = await tokenOf(nsc, { claims, path });
    store.putUser(account, claims.name, token);
    counts.users++;
    const seed = found.seeds.get(claims.sub);
    if (seed === undefined) return 'token';
    keys.putCreds(store.info.name, account, claims.name, credsText(token, seed));
    return 'creds';
  } catch (error) {
    return { error: messageOf(error) };
  }
}
