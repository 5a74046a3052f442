// Writes a project that was found into a new directory: operators/ holds the tokens, keys/ is the keystore.

import { messageOf } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { credsText } from '#crypto/decorate.ts';
import { type KeyStore, openKeyStore } from '#store/keystore.ts';
import { checkName } from '#store/names.ts';
import { createStore, type Store } from '#store/store.ts';
import { operatorNameFor } from '../known-operators.ts';
import type { Nsc } from '../nsc.ts';
import { type Entry, group, newReport, type Report } from '../report.ts';
import { type Found, type FoundAccount, type FoundOperator, type Held, tokenOf, type UserFacts } from './found.ts';

/** How much was written. */
export interface Counts {
  operators: number;
  accounts: number;
  users: number;
  nkeys: number;
}

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
  const report = newReport();
  const done = () => group(`operator ${name} [${sub}]`, report.entries);
  const path = join(dir, name);
  try {
    checkName(name, 'operator');
    if ((await nsc.disk.list(path)).length > 0) throw new Error(`\`${path}\` is not empty`);
  } catch (error) {
    report.error(`error creating store: ${messageOf(error)}`);
    return done();
  }
  const all = [sub, ...nats.signing_keys];
  const store = createStore(nsc.disk, path, !all.some((key) => found.seeds.has(key)));
  store.putOperator(await tokenOf(nsc, operator));
  counts.operators++;
  await putKeys(work, all, report);
  report.ok('stored operator');
  for (const account of operator.accounts.values()) {
    await rebuildAccount(work, store, account, report);
    if (!nsc.runtime.contract.plan) await nsc.disk.commit();
  }
  return done();
}

async function putKeys({ found, keys, counts }: Rebuild, wanted: Iterable<string>, report: Report): Promise<void> {
  for (const key of wanted) {
    const seed = found.seeds.get(key);
    if (seed === undefined) continue;
    await keys.putSeed(key, seed);
    counts.nkeys++;
    report.ok(`stored key ${key}`);
  }
}

async function rebuildAccount(work: Rebuild, store: Store, account: FoundAccount, report: Report): Promise<void> {
  const { sub, name, nats } = account.claims;
  const lines = newReport();
  const keyLines = newReport();
  try {
    store.putAccount(name, await tokenOf(work.nsc, account));
    work.counts.accounts++;
    lines.ok('stored account');
    await putKeys(work, [sub, ...nats.signing_keys.keys()], keyLines);
    for (const held of account.users.values()) {
      lines.add(await rebuildUser(work, store, name, held));
      await putKeys(work, [held.claims.sub], keyLines);
    }
  } catch (error) {
    lines.error(`error storing: ${messageOf(error)}`);
  }
  report.add(group(`account ${name} [${sub}]`, lines.entries), ...keyLines.entries);
}

async function rebuildUser(
  { nsc, found, keys, counts }: Rebuild,
  store: Store,
  account: string,
  user: Held<UserFacts>,
): Promise<Entry> {
  const lines = newReport();
  const { claims } = user;
  try {
    const token = await tokenOf(nsc, user);
    store.putUser(account, claims.name, token);
    counts.users++;
    const seed = found.seeds.get(claims.sub);
    if (seed !== undefined) {
      const creds = credsText(token, seed);
      lines.ok(`stored creds file ${keys.putCreds(store.info.name, account, claims.name, creds)}`);
    }
  } catch (error) {
    lines.error(`error storing user: ${messageOf(error)}`);
  }
  return group(`user ${claims.name} [${claims.sub}]`, lines.entries);
}
