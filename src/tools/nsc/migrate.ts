import { fail, messageOf } from '#base/errors.ts';
import { dirname, join, sep } from '#base/path.ts';
import { quote } from '#base/quote.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { parseDecoratedJwt } from '#crypto/creds.ts';
import { decodeAs, encode } from '#crypto/jwt.ts';
import { operatorDidSign } from '#crypto/validate.ts';
import { defineCommand } from '#runtime/command.ts';
import { expandPath } from '#store/dirs.ts';
import { checkName } from '#store/names.ts';
import { signersOfAccounts } from '#store/signers.ts';
import { openStore, type Store } from '#store/store.ts';
import { change, changed } from './finish.ts';
import { loadFileOrUrl } from './load-text.ts';
import { storeAccount } from './managed.ts';
import type { Nsc } from './nsc.ts';
import { isHttpUrl } from './push/url.ts';
import { type Entry, group, worst } from './report.ts';

/** `nsc migrate` */
export const command = defineCommand({
  name: 'migrate',
  hidden: true,
  help:
    'Bring accounts of another operator to the current one, with their users\n\n' +
    'One of the keys of each account must be in the keystore. Where a key of the operator is, it signs.',
  flags: {
    url: { type: 'string', short: 'u', help: 'File or URL of the token of one account' },
    'operator-dir': { type: 'string', help: 'Directory of an operator, all accounts of which are brought' },
    force: { type: 'bool', short: 'F', help: 'Replace accounts of the same name' },
  },
  examples: ['nsc migrate --url old/accounts/A/A.jwt', 'nsc migrate --operator-dir old'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      if (nsc.interactive) {
        const { askMigrate } = await import('./ask/migrate.ts');
        flags = { ...flags, ...(await askMigrate(nsc, flags)) };
      }
      if (flags.url && flags['operator-dir']) throw fail('usage', 'specify one of --url or --operator-dir');
      const store = await nsc.store();
      const sources = flags['operator-dir']
        ? await accountFiles(nsc, expandPath(runtime, flags['operator-dir']))
        : [flags.url ?? ''];
      await nsc.lock();
      const entries: Entry[] = [];
      for (const from of sources) {
        const failed = (error: unknown): Entry => ({ level: 'error', text: messageOf(error) });
        entries.push(await migrate(nsc, store, from, flags.force).catch(failed));
      }
      return { entries, sum: true };
    });
  },
});

async function accountFiles(nsc: Nsc, dir: string): Promise<string[]> {
  const store = await openStore(nsc.disk, dir).catch((error: unknown) => {
    throw fail('not-found', `error loading operator \`${dir}\`: ${messageOf(error)}`);
  });
  return (await store.accounts()).map((name) => join(store.accountDir(name), `${name.trim()}.jwt`));
}

async function migrate(nsc: Nsc, store: Store, from: string, force: boolean): Promise<Entry> {
  if (from === '') throw fail('usage', 'an url or path to the account jwt is required');
  const text = await loadFileOrUrl(nsc, from).catch((error: unknown) => {
    throw fail('not-found', `error loading from \`${from}\`: ${messageOf(error)}`);
  });
  const token = parseDecoratedJwt(text);
  const claims = await decodeAs(token, 'account');
  const { name } = claims;
  checkName(name, 'account');
  const path = isHttpUrl(from) ? undefined : expandPath(nsc.runtime, from);
  if (path?.startsWith(store.dir + sep)) throw fail('usage', `cannot migrate ${quote(path)} onto itself`);
  if (!force && (await store.hasAccount(name))) {
    throw fail('conflict', `account ${quote(name)} already exists, specify --force to overwrite`);
  }
  await requireKey(nsc, claims);
  const users = path === undefined ? undefined : await readUsers(nsc, join(dirname(path), 'users'));
  const { signed, note } = await signedHere(nsc, store, token, claims);
  const stored = await storeAccount(nsc, store, name, signed);
  for (const user of users ?? []) store.putUser(name, user.name, user.token);
  const count = users === undefined ? '' : users.length === 0 ? 'no users migrated' : `${users.length} users migrated`;
  const label = `migrated ${quote(name)} to operator ${quote(store.info.name)} [${count}]`;
  const details = [...stored, ...note];
  return details.length > 0 ? group(label, details, worst(details)) : { level: 'ok', text: label };
}

async function requireKey(nsc: Nsc, claims: AccountClaims): Promise<void> {
  const keys = [claims.sub, ...claims.nats.signing_keys.keys()];
  for (const key of keys) if (await nsc.keys.pair(key)) return;
  throw fail('not-found', `unable to find an account key for ${quote(claims.name)} - need one of ${keys.join(', ')}`, {
    hint: 'nsc import keys --dir DIR',
  });
}

/** The token signed by the first key at hand that may sign it here, or as it is when there is none. */
async function signedHere(
  nsc: Nsc,
  store: Store,
  token: string,
  claims: AccountClaims,
): Promise<{ signed: string; note: Entry[] }> {
  const operator = await store.operator();
  if (operatorDidSign(operator, claims)) return { signed: token, note: [] };
  for (const key of signersOfAccounts(store.info.managed, operator, claims).keys) {
    const pair = await nsc.keys.pair(key);
    if (pair) return { signed: await encode(claims, pair, nsc.now()), note: [] };
  }
  const text = `no key of operator ${quote(store.info.name)} is at hand - ${quote(claims.name)} keeps its signature`;
  return { signed: token, note: [{ level: 'warning', text }] };
}

/** The users beside an account's file; fails for the first that is none. */
async function readUsers(nsc: Nsc, dir: string): Promise<{ name: string; token: string }[]> {
  const found: { name: string; token: string }[] = [];
  for (const file of await nsc.disk.list(dir).catch(() => [])) {
    if (!file.endsWith('.jwt')) continue;
    const token = parseDecoratedJwt((await nsc.disk.read(join(dir, file))) ?? '');
    const { name } = await decodeAs(token, 'user');
    checkName(name, 'user');
    found.push({ name, token });
  }
  return found;
}
