// What is left of a project: tokens, seeds and creds found below some directories, put in order.

import { messageOf } from '#base/errors.ts';
import { join } from '#base/path.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { parseDecoratedJwt, parseDecoratedSeed } from '#crypto/creds.ts';
import { decode } from '#crypto/jwt.ts';
import { type KeyPair, keyPairFromSeed } from '#crypto/nkeys.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { UserClaims } from '#crypto/user.ts';
import { keyOf } from '#store/keystore.ts';
import type { Nsc } from '../nsc.ts';
import { type Entry, group, newReport, type Report } from '../report.ts';

/** Claims with the token they came in. */
export interface Held<C> {
  readonly claims: C;
  readonly token: string;
}

export interface FoundAccount extends Held<AccountClaims> {
  /** By public key. */
  readonly users: Map<string, Held<UserClaims>>;
}

export interface FoundOperator extends Held<OperatorClaims> {
  /** By public key. */
  readonly accounts: Map<string, FoundAccount>;
}

/** A project as it was found. */
export interface Found {
  /** By public key. */
  readonly pairs: Map<string, KeyPair>;
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
type Sighting = Held<Awaited<ReturnType<typeof decode>>> & { readonly path: string };

/** Reads everything below the directories, and from creds files too where that is wanted. */
export async function findProject(nsc: Nsc, dirs: readonly string[], creds: boolean): Promise<Found> {
  const found: Found = { pairs: new Map(), operators: new Map(), entries: [] };
  const keys = newReport();
  const bad: Entry[] = [];
  const tokens: Sighting[] = [];
  const inCreds: Sighting[] = [];
  for (const dir of dirs) {
    for await (const path of filesBelow(nsc, dir)) {
      if (path.endsWith('.nk')) await takeKey(nsc, found, path, keys);
      else if (path.endsWith('.jwt')) await takeToken(nsc, path, tokens, bad);
      else if (creds && path.endsWith('.creds')) {
        await takeToken(nsc, path, inCreds, bad);
        await takeCredsSeed(nsc, found, path, keys);
      }
    }
  }
  const add = (text: string, entries: Entry[]) => found.entries.push(group(text, entries));
  add('Find NKeys', keys.entries);
  add('Find Operators', [...bad, ...takeOperators(found, tokens)]);
  add('Find Accounts', takeAccounts(found, tokens));
  add('Find Users', takeUsers(found, tokens));
  if (creds) add('Find Creds', takeUsers(found, inCreds));
  return found;
}

async function takeKey(nsc: Nsc, found: Found, path: string, report: Report): Promise<void> {
  const key = await keyOf((await nsc.disk.read(path)) ?? '');
  if (key?.pair) found.pairs.set(key.publicKey, key.pair);
  else report.error(`error loading ${path}: it holds no seed`);
}

async function takeCredsSeed(nsc: Nsc, found: Found, path: string, report: Report): Promise<void> {
  const seed = parseDecoratedSeed((await nsc.disk.read(path)) ?? '');
  const pair = seed && (await keyPairFromSeed(seed).catch(() => undefined));
  if (pair) found.pairs.set(pair.publicKey, pair);
  else report.error(`error loading ${path}: it holds no seed`);
}

async function takeToken(nsc: Nsc, path: string, tokens: Sighting[], bad: Entry[]): Promise<void> {
  try {
    const token = parseDecoratedJwt((await nsc.disk.read(path)) ?? '');
    tokens.push({ token, claims: await decode(token), path });
  } catch (error) {
    bad.push({ level: 'warning', text: `error loading ${path}: ${messageOf(error)}` });
  }
}

/** Whether this is the first or a newer token of its kind; the line says so. */
function newer(held: Held<{ readonly iat: number | bigint }> | undefined, seen: Sighting): [boolean, Entry] {
  const { claims, path } = seen;
  if (!held) return [true, { level: 'ok', text: `loaded from ${path}` }];
  if (Number(claims.iat) > Number(held.claims.iat)) return [true, { level: 'ok', text: `updated from ${path}` }];
  return [false, { level: 'ok', text: `ignoring older config ${path}` }];
}

function takeOperators(found: Found, tokens: readonly Sighting[]): Entry[] {
  const entries: Entry[] = [];
  for (const seen of tokens) {
    const { claims, token } = seen;
    if (claims.kind !== 'operator') continue;
    const held = found.operators.get(claims.sub);
    const [take, line] = newer(held, seen);
    if (take) found.operators.set(claims.sub, { claims, token, accounts: held?.accounts ?? new Map() });
    entries.push(group(`operator ${claims.sub}`, [line]));
  }
  return entries;
}

function takeAccounts(found: Found, tokens: readonly Sighting[]): Entry[] {
  const entries: Entry[] = [];
  const operators = [...found.operators.values()];
  for (const seen of tokens) {
    const { claims, token, path } = seen;
    if (claims.kind !== 'account') continue;
    const signed = ({ claims: { sub, nats } }: FoundOperator) =>
      sub === claims.iss || nats.signing_keys.includes(claims.iss);
    const operator = operators.find(signed);
    const held = operator?.accounts.get(claims.sub);
    const missing = `operator ${claims.iss} was not found - ignoring account ${path}`;
    const [take, line] = operator ? newer(held, seen) : [false, { level: 'warning', text: missing } as const];
    if (take) operator?.accounts.set(claims.sub, { claims, token, users: held?.users ?? new Map() });
    entries.push(group(`account ${claims.sub}`, [line]));
  }
  return entries;
}

function takeUsers(found: Found, tokens: readonly Sighting[]): Entry[] {
  const entries: Entry[] = [];
  const accounts = [...found.operators.values()].flatMap((operator) => [...operator.accounts.values()]);
  for (const seen of tokens) {
    const { claims, token, path } = seen;
    if (claims.kind !== 'user') continue;
    const issuer = claims.nats.issuer_account || claims.iss;
    const users = accounts.find((account) => account.claims.sub === issuer)?.users;
    const missing = `account ${issuer} was not found - ignoring user ${path}`;
    const [take, line] = users
      ? newer(users.get(claims.sub), seen)
      : [false, { level: 'warning', text: missing } as const];
    if (take) users?.set(claims.sub, { claims, token });
    entries.push(group(`user ${claims.sub}`, [line]));
  }
  return entries;
}
