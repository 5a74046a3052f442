// What is left of a project: tokens, seeds and creds found below some directories, put in order. There may be ten thousand
// users: of each only what is needed later is kept.

import { utf8Text } from '#base/bytes.ts';
import { fail, messageOf } from '#base/errors.ts';
import { join } from '#base/path.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { parseDecoratedJwt, parseDecoratedSeed } from '#crypto/creds.ts';
import { decode } from '#crypto/jwt.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import { keyOf } from '#store/keystore.ts';
import type { Nsc } from '../nsc.ts';
import { type Entry, group, type Level, lazyGroup, newReport, type Report, worse } from '../report.ts';

/** Claims with the file their token is in. */
export interface Held<C> {
  readonly claims: C;
  readonly path: string;
}

/** What is needed of a user's claims. */
export interface UserFacts {
  readonly kind: 'user';
  readonly sub: string;
  readonly name: string;
  readonly iat: number | bigint;
  /** Public key of the account, where a signing key of it signed too. */
  readonly account: string;
}

export interface FoundAccount extends Held<AccountClaims> {
  /** By public key. */
  readonly users: Map<string, Held<UserFacts>>;
}

export interface FoundOperator extends Held<OperatorClaims> {
  /** By public key. */
  readonly accounts: Map<string, FoundAccount>;
}

/** A project as it was found. */
export interface Found {
  /** Seeds by public key. */
  readonly seeds: Map<string, string>;
  readonly operators: Map<string, FoundOperator>;
  readonly entries: Entry[];
}

/** Deeper than any project; links may lead round in circles. */
const DEPTH = 24;

async function* filesBelow(nsc: Nsc, path: string, depth = 0): AsyncGenerator<string> {
  const stat = await nsc.runtime.files.stat(path);
  if (stat?.kind === 'file') yield path;
  if (stat?.kind !== 'dir' || depth > DEPTH) return;
  for (const name of await nsc.disk.list(path)) yield* filesBelow(nsc, join(path, name), depth + 1);
}

/** A token found in a file. */
type Sighting = Held<OperatorClaims | AccountClaims | UserFacts>;

/** Reads everything below the directories, and from creds files too where that is wanted. */
export async function findProject(nsc: Nsc, dirs: readonly string[], creds: boolean): Promise<Found> {
  const found: Found = { seeds: new Map(), operators: new Map(), entries: [] };
  const keys = newReport();
  const bad: Entry[] = [];
  const tokens: Sighting[] = [];
  const inCreds: Sighting[] = [];
  for (const dir of dirs) {
    for await (const path of filesBelow(nsc, dir)) {
      const isCreds = creds && path.endsWith('.creds');
      const isToken = path.endsWith('.jwt');
      if (!isCreds && !isToken && !path.endsWith('.nk')) continue;
      let text = '';
      try {
        text = (await nsc.disk.read(path)) ?? '';
      } catch (error) {
        if (!isCreds && !isToken) throw error;
        bad.push(unloaded(path, error));
        continue;
      }
      if (isCreds || isToken) await takeToken(text, path, isCreds ? inCreds : tokens, bad);
      if (!isToken) await takeSeed(text, path, found, keys);
    }
  }
  const add = (text: string, entries: Entry[]) => found.entries.push(group(text, entries));
  add('Find NKeys', keys.entries);
  add('Find Operators', [...bad, ...takeOperators(found, tokens)]);
  add('Find Accounts', takeAccounts(found, tokens));
  found.entries.push(takeUsers('Find Users', found, tokens));
  if (creds) found.entries.push(takeUsers('Find Creds', found, inCreds));
  return found;
}

/** The seed of a key file or a creds file. */
async function takeSeed(text: string, path: string, found: Found, report: Report): Promise<void> {
  const seed = path.endsWith('.nk') ? text.trim() : utf8Text(parseDecoratedSeed(text) ?? new Uint8Array());
  const key = await keyOf(seed);
  if (key?.pair) found.seeds.set(key.publicKey, seed);
  else report.error(`error loading ${path}: it holds no seed`);
  key?.pair?.wipe();
}

async function takeToken(text: string, path: string, tokens: Sighting[], bad: Entry[]): Promise<void> {
  try {
    const claims = await decode(parseDecoratedJwt(text));
    if (claims.kind === 'operator' || claims.kind === 'account') tokens.push({ claims, path });
    if (claims.kind !== 'user') return;
    const { kind, sub, name, iat, iss, nats } = claims;
    tokens.push({ claims: { kind, sub, name, iat, account: nats.issuer_account || iss }, path });
  } catch (error) {
    bad.push(unloaded(path, error));
  }
}

const unloaded = (path: string, error: unknown): Entry => ({
  level: 'warning',
  text: `error loading ${path}: ${messageOf(error)}`,
});

/** The token of something found, read again: all of them at once would fill the memory. Fails when it is gone. */
export async function tokenOf(nsc: Nsc, { path }: Held<unknown>): Promise<string> {
  const text = await nsc.disk.read(path);
  if (text === undefined) throw fail('not-found', `\`${path}\` went away`);
  return parseDecoratedJwt(text);
}

/** What became of a sighting: the first of its kind, newer than that, older, or without the one it belongs to. */
type Verdict = 'loaded' | 'updated' | 'older' | 'stray';

function judge(held: Held<{ readonly iat: number | bigint }> | undefined, seen: Sighting): Verdict {
  if (!held) return 'loaded';
  return Number(seen.claims.iat) > Number(held.claims.iat) ? 'updated' : 'older';
}

/** The entry of a sighting; `stray` is the text for one without owner. */
function told({ claims, path }: Sighting, verdict: Verdict, stray: string): Entry {
  const text = {
    loaded: `loaded from ${path}`,
    updated: `updated from ${path}`,
    older: `ignoring older config ${path}`,
    stray,
  }[verdict];
  return group(`${claims.kind} ${claims.sub}`, [{ level: verdict === 'stray' ? 'warning' : 'ok', text }]);
}

const isTaken = (verdict: Verdict) => verdict === 'loaded' || verdict === 'updated';

function takeOperators(found: Found, tokens: readonly Sighting[]): Entry[] {
  const entries: Entry[] = [];
  for (const seen of tokens) {
    const { claims, path } = seen;
    if (claims.kind !== 'operator') continue;
    const held = found.operators.get(claims.sub);
    const verdict = judge(held, seen);
    if (isTaken(verdict)) found.operators.set(claims.sub, { claims, path, accounts: held?.accounts ?? new Map() });
    entries.push(told(seen, verdict, ''));
  }
  return entries;
}

function takeAccounts(found: Found, tokens: readonly Sighting[]): Entry[] {
  const entries: Entry[] = [];
  const operators = [...found.operators.values()];
  for (const seen of tokens) {
    const { claims, path } = seen;
    if (claims.kind !== 'account') continue;
    const signed = ({ claims: { sub, nats } }: FoundOperator) =>
      sub === claims.iss || nats.signing_keys.includes(claims.iss);
    const operator = operators.find(signed);
    const held = operator?.accounts.get(claims.sub);
    const verdict = operator ? judge(held, seen) : 'stray';
    if (isTaken(verdict)) operator?.accounts.set(claims.sub, { claims, path, users: held?.users ?? new Map() });
    entries.push(told(seen, verdict, `operator ${claims.iss} was not found - ignoring account ${path}`));
  }
  return entries;
}

function takeUsers(title: string, found: Found, tokens: readonly Sighting[]): Entry {
  const accounts = new Map<string, FoundAccount>();
  for (const operator of found.operators.values()) {
    for (const [key, account] of operator.accounts) if (!accounts.has(key)) accounts.set(key, account);
  }
  const verdicts: [Held<UserFacts>, Verdict][] = [];
  let level: Level = 'ok';
  for (const { claims, path } of tokens) {
    if (claims.kind !== 'user') continue;
    const seen = { claims, path };
    const users = accounts.get(claims.account)?.users;
    const verdict = users ? judge(users.get(claims.sub), seen) : 'stray';
    if (isTaken(verdict)) users?.set(claims.sub, seen);
    if (verdict === 'stray') level = worse(level, 'warning');
    verdicts.push([seen, verdict]);
  }
  return lazyGroup(title, level, () =>
    verdicts.map(([seen, verdict]) =>
      told(seen, verdict, `account ${seen.claims.account} was not found - ignoring user ${seen.path}`),
    ),
  );
}
