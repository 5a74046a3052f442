// What push says to servers with a resolver of their own.
import { messageOf } from '#base/errors.ts';
import { askClaims, type ClaimsAnswer, type ClaimsOptions, type ClaimsVerb } from '#client/system/claims.ts';
import { liveSource } from '#client/system/source.ts';
import type { Connection } from '#client/types.ts';
import { newGeneric } from '#crypto/generic.ts';
import { encode } from '#crypto/jwt.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import { operatorSigners } from '#store/signers.ts';
import type { Store } from '#store/store.ts';
import type { Nsc } from '../nsc.ts';
import { type Entry, group } from '../report.ts';
import { findSigner } from '../signer.ts';

/** How many servers there are, so that nobody waits for more; undefined when that cannot be learned. */
export async function knownServers(connection: Connection, timeout: number): Promise<number | undefined> {
  const count = await liveSource(connection, { timeout })
    .activeServers()
    .catch(() => 0);
  return count > 0 ? count : undefined;
}

const noAnswer = (what: string): Entry => ({
  level: 'error',
  text: `failed to get response to ${what}: nats: timeout`,
});

/** Asks, and gives the answers that are none of refusals; refusals and silence become entries. */
async function ask(
  connection: Connection,
  verb: ClaimsVerb,
  body: string,
  what: string,
  options: ClaimsOptions,
): Promise<{ answers: ClaimsAnswer[]; problems: Entry[] }> {
  try {
    const all = await askClaims(connection, verb, body, options);
    const problems = all.flatMap(({ error }): Entry[] => (error ? [{ level: 'error', text: error }] : []));
    return { answers: all.filter(({ error }) => !error), problems: all.length === 0 ? [noAnswer(what)] : problems };
  } catch (error) {
    return { answers: [], problems: [{ level: 'error', text: `failed to ${what}: ${messageOf(error)}` }] };
  }
}

function said({ data }: ClaimsAnswer): string {
  const { message } = (data ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : JSON.stringify(data);
}

/** Pushes one account to every server. */
export async function pushAccount(
  connection: Connection,
  name: string,
  token: string,
  options: ClaimsOptions,
): Promise<Entry> {
  const { answers, problems } = await ask(connection, 'UPDATE', token, 'push account', options);
  return group(`push ${name} to nats-server with nats account resolver`, [
    ...answers.map(
      (answer): Entry => ({
        level: 'ok',
        text: `pushed ${JSON.stringify(name)} to nats-server ${answer.server}: ${said(answer)}`,
      }),
    ),
    ...problems,
    { level: 'ok', text: `pushed to a total of ${answers.length} nats-server` },
  ]);
}

interface Listed {
  readonly entries: Entry[];
  readonly servers: number;
  /** Public keys of accounts that only servers know. */
  readonly strangers: string[];
}

/** What every server holds, beside what is here. */
async function list(store: Store, connection: Connection, options: ClaimsOptions): Promise<Listed> {
  const names = new Map<string, string>();
  for (const name of await store.accounts()) names.set((await store.account(name)).sub, name);
  const { answers, problems } = await ask(connection, 'LIST', '', 'list accounts', options);
  const strangers = new Set<string>();
  const entries = answers.map(({ server, data }) => {
    const keys = Array.isArray(data) ? data.map(String) : [];
    const lines = keys.map((key): Entry => {
      const name = names.get(key);
      if (name !== undefined) return { level: 'ok', text: `account ${key} named ${name} exists` };
      strangers.add(key);
      return { level: 'ok', text: `account ${key} only exists in server` };
    });
    return group(`list ${keys.length} accounts from nats-server ${server}`, lines, 'ok');
  });
  const total: Entry = { level: 'ok', text: `listed accounts from a total of ${answers.length} nats-server` };
  return { entries: [...entries, ...problems, total], servers: answers.length, strangers: [...strangers] };
}

/** Shows what servers hold. */
export async function diffServers(store: Store, connection: Connection, options: ClaimsOptions): Promise<Entry> {
  return group('diff nats-server with nats account resolver', (await list(store, connection, options)).entries);
}

const PRUNE = 'prune nats-server with nats account resolver';

/** Removes what only servers know. */
export async function pruneServers(
  nsc: Nsc,
  store: Store,
  connection: Connection,
  options: ClaimsOptions,
): Promise<Entry> {
  const { entries, servers, strangers } = await list(store, connection, options);
  return group(PRUNE, [...entries, ...(await remove(nsc, store, connection, strangers, options, servers))]);
}

/** Removes accounts by public key. */
export async function removeAccounts(
  nsc: Nsc,
  store: Store,
  connection: Connection,
  keys: readonly string[],
  options: ClaimsOptions,
): Promise<Entry> {
  return group(PRUNE, await remove(nsc, store, connection, keys, options));
}

async function remove(
  nsc: Nsc,
  store: Store,
  connection: Connection,
  keys: readonly string[],
  options: ClaimsOptions,
  listed?: number,
): Promise<Entry[]> {
  if (keys.length === 0) return [{ level: 'ok', text: 'nothing to prune' }];
  if (nsc.runtime.contract.plan) return keys.map((key) => ({ level: 'ok', text: `would remove account ${key}` }));
  let request: string;
  try {
    const signer = await findSigner(nsc, { kinds: ['operator'], keys: operatorSigners(await store.operator()) });
    request = await encode(newGeneric(signer.publicKey, { accounts: [...keys] }), signer, nsc.now());
  } catch (error) {
    const why = `Could not obtain Operator key to sign the delete request (err:${messageOf(error)})`;
    return [{ level: 'error', text: why }];
  }
  const { answers, problems } = await ask(connection, 'DELETE', request, 'prune', options);
  const entries = answers.map(
    (answer): Entry => ({
      level: 'ok',
      text: `pruned nats-server ${answer.server}: ${said(answer)}`,
    }),
  );
  return [...entries, ...problems, ...uneven(answers.length, listed)];
}

/** Servers that came or went between the two questions may still hold, or never have listed, an account. */
function uneven(pruned: number, listed: number | undefined): Entry[] {
  if (listed === undefined || listed === 0 || pruned === listed) return [];
  const text =
    pruned < listed
      ? `Fewer server responded to 'prune' (${pruned}) than to 'list' (${listed}). Accounts may not be completely pruned.`
      : `More servers responded to 'prune' (${pruned}) than to 'list' (${listed}). Not every Account may have been included for pruning.`;
  return [{ level: 'error', text }];
}

/** The public key of the account that is to be removed: itself, or that of an account here. */
export async function removalKey(store: Store, given: string): Promise<string> {
  return isPublicKey(given, 'account') ? given : (await store.account(given)).sub;
}
