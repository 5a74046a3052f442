import { fail, messageOf } from '#base/errors.ts';
import { packClaims } from '#client/system/claims.ts';
import { decode } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import { checkName } from '#store/names.ts';
import type { Store } from '#store/store.ts';
import { accountName } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed, type Outcome } from '../finish.ts';
import type { Nsc } from '../nsc.ts';
import { type Entry, group, worst } from '../report.ts';
import type { TlsValues } from '../tool/connect.ts';
import { tlsFlags } from '../tool/flags.ts';
import { systemFlags } from './flags.ts';
import { isResolverUrl } from './url.ts';

/** `nsc pull` */
export const command = defineCommand({
  name: 'pull',
  help:
    'Bring accounts, and the operator, from its account server or the resolvers of servers\n\n' +
    'A token that is older than the one here is not taken. From resolvers all accounts come, or none.',
  flags: {
    all: { type: 'bool', short: 'A', help: 'The operator and all its accounts' },
    'overwrite-newer': { type: 'bool', short: 'F', help: 'Take tokens that are older than those here too' },
    ...systemFlags,
    ...tlsFlags,
    ...accountFlag,
  },
  examples: ['nsc pull --account ORDERS', 'nsc pull --all'],
  tags: { scope: 'system', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const store = await nsc.store();
      const all = flags.all || (nsc.interactive && (await askAll(nsc, store)));
      const account = all ? undefined : await chosenAccountName(nsc, flags.account);
      const operator = await store.operator();
      const { account_server_url: url } = operator.nats;
      const named = `operator ${JSON.stringify(store.info.name)}`;
      if (url === '') {
        throw fail('usage', `${named} doesn't set account server url - unable to pull`, {
          hint: 'nsc edit operator --account-jwt-server-url URL',
        });
      }
      await nsc.lock();
      const keep = keeper(nsc, store, flags['overwrite-newer']);
      if (!isResolverUrl(url)) return pullHttp(store, url, account, keep);
      if (account !== undefined) {
        throw fail('usage', `${named} can only pull all jwt - unable to pull by account`, { hint: 'nsc pull --all' });
      }
      return pullServers(nsc, url, flags, keep);
    });
  },
});

async function askAll(nsc: Nsc, store: Store): Promise<boolean> {
  const { askYes } = await import('../ask/choose.ts');
  return askYes(nsc, `pull operator ${JSON.stringify(store.info.name)} and all accounts`, true, '--all');
}

async function chosenAccountName(nsc: Nsc, given: string | undefined): Promise<string> {
  const { chosenAccount } = await import('../ask/choose.ts');
  const chosen = await chosenAccount(nsc, given);
  if (!chosen && nsc.config.account === '') throw fail('usage', 'specify --all or --account');
  return accountName(nsc, chosen);
}

/** Stores a token; the entry tells what was stored, or why not. */
type Keep = (token: string) => Promise<{ readonly name: string; readonly entry: Entry }>;

function keeper(nsc: Nsc, store: Store, overwrite: boolean): Keep {
  return async (token) => {
    const claims = await decode(token);
    const { name, kind } = claims;
    const quoted = JSON.stringify(name);
    const refused = (text: string) => ({ name, entry: { level: 'error', text } as const });
    if (kind !== 'account' && kind !== 'operator') return refused(`unsupported token type: ${JSON.stringify(kind)}`);
    checkName(name, kind);
    const held = kind === 'operator' ? await store.operator() : await store.account(name).catch(() => undefined);
    if (kind === 'operator' && held?.sub !== claims.sub) {
      return refused(`the account server has another operator: its subject is ${claims.sub}, not ${held?.sub}`);
    }
    if (held && Number(held.iat) > Number(claims.iat) && !overwrite) {
      const why = `local jwt for ${quoted} is newer than remote version - specify --overwrite-newer to overwrite`;
      return refused(why);
    }
    if (kind === 'operator') store.putOperator(token);
    else store.putAccount(name, token);
    const done = nsc.runtime.contract.plan ? 'would store' : 'stored';
    return { name, entry: { level: 'ok', text: `${done} ${kind} ${quoted}` } };
  };
}

async function pullHttp(store: Store, url: string, account: string | undefined, keep: Keep): Promise<Outcome> {
  const { accountUrl, operatorUrl } = await import('./http.ts');
  const jobs: { readonly name: string; readonly urls: readonly string[] }[] = [];
  if (account === undefined) {
    const at = operatorUrl(url);
    // Servers of both versions answer below v2; older ones know v1 alone.
    const newer = at.replace('/jwt/v1/operator', '/jwt/v2/operator');
    jobs.push({ name: (await store.operator()).name, urls: newer === at ? [at] : [newer, at] });
  }
  for (const name of account === undefined ? await store.accounts() : [account]) {
    const { sub, name: stated } = await store.account(name);
    jobs.push({ name: stated, urls: [accountUrl(url, sub)] });
  }
  const entries = await Promise.all(jobs.map(({ name, urls }) => pullOne(name, urls, keep)));
  return { entries, sum: true };
}

async function pullOne(name: string, urls: readonly string[], keep: Keep): Promise<Entry> {
  const { pullToken } = await import('./http.ts');
  const details: Entry[] = [];
  for (const url of urls) {
    details.length = 0;
    try {
      const { entry, token } = await pullToken(url);
      if (token === undefined) details.push(...(entry.details ?? [entry]));
      else details.push((await keep(token)).entry);
    } catch (error) {
      details.push({ level: 'error', text: messageOf(error) });
    }
    if (worst(details) === 'ok') return { level: 'ok', text: `pulled ${JSON.stringify(name)} from the account server` };
  }
  return group(`pull ${JSON.stringify(name)} from the account server`, details);
}

interface ServerPull extends TlsValues {
  readonly 'system-account': string | undefined;
  readonly 'system-user': string | undefined;
}

/** Milliseconds between two tokens. */
const STALL = 1000;

async function pullServers(nsc: Nsc, url: string, flags: ServerPull, keep: Keep): Promise<Outcome> {
  const { systemUser } = await import('./system-user.ts');
  const { connectNsc } = await import('../tool/connect.ts');
  const details: Entry[] = [];
  let last = '';
  let doing = 'failed to obtain system user';
  try {
    const who = await systemUser(nsc, {
      account: flags['system-account'],
      user: flags['system-user'],
      publish: ['$SYS.REQ.CLAIMS.PACK'],
    });
    doing = `failed to connect to ${url}`;
    const connection = await connectNsc(nsc, [url], who.login, flags, 'nsc_pull');
    doing = '';
    for (const token of await packClaims(connection, STALL)) {
      const { name, entry } = await keep(token);
      last = name;
      details.push(entry);
    }
  } catch (error) {
    details.push({ level: 'error', text: doing === '' ? messageOf(error) : `${doing}: ${messageOf(error)}` });
  }
  const level = worst(details);
  const text =
    level === 'ok' && last !== ''
      ? `pulled ${JSON.stringify(last)} from the account server`
      : 'pull from cluster using system account';
  return { entries: [group(text, details, level)] };
}
