import { BoxError, fail, messageOf } from '#base/errors.ts';
import type { Connection } from '#client/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Store } from '#store/store.ts';
import { accountName } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed, type Outcome } from '../finish.ts';
import type { Nsc } from '../nsc.ts';
import { type Entry, group, worst } from '../report.ts';
import { tlsFlags } from '../tool/flags.ts';
import { systemFlags } from './flags.ts';
import { isResolverUrl } from './url.ts';

/** `nsc push` */
export const command = defineCommand({
  name: 'push',
  help:
    'Bring accounts to an account server, or to the resolvers of servers\n\n' +
    'The URL of the operator, or --account-jwt-server-url, decides: http(s) is an account server, nats, tls, ws and wss\n' +
    'are servers with a resolver of their own. --diff, --prune and --account-removal work with resolvers alone.',
  flags: {
    all: { type: 'bool', short: 'A', help: 'Push all accounts of the operator' },
    force: { type: 'bool', short: 'F', help: 'Push accounts that do not pass validation too' },
    'account-jwt-server-url': {
      type: 'string',
      short: 'u',
      help: 'Where to push to, in place of the URL of the operator',
    },
    diff: {
      type: 'bool',
      short: 'D',
      help: 'Show which accounts the servers have, and which of them are unknown here',
    },
    prune: { type: 'bool', short: 'P', help: 'Remove the accounts from the servers that are unknown here' },
    'account-removal': {
      type: 'string',
      short: 'R',
      help: 'Remove this account, a name or public key, from the servers',
    },
    timeout: {
      type: 'int',
      default: '1',
      help: 'Seconds, 1 to 60, to wait for the answers of resolvers to each question',
    },
    ...systemFlags,
    ...tlsFlags,
    ...accountFlag,
  },
  examples: [
    'nsc push --account ORDERS',
    'nsc push --all',
    'nsc push --all --account-jwt-server-url nats://127.0.0.1:4222',
  ],
  tags: { scope: 'system', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      if (flags.all && flags.account) throw fail('usage', 'specify only one of --account or --all-accounts');
      const store = await nsc.store();
      if ((await store.accounts()).length === 0) {
        throw fail('not-found', `operator ${JSON.stringify(store.info.name)} has no accounts`, {
          hint: 'nsc add account NAME',
        });
      }
      const chosen = await chosenAccounts(nsc, store, flags);
      const url = await chosenUrl(nsc, store, flags['account-jwt-server-url']);
      const onlyServers = flags.prune || flags.diff || Boolean(flags['account-removal']);
      if (onlyServers && !isResolverUrl(url)) {
        throw fail('usage', `${flags.prune ? 'prune' : 'this'} only works for nats based account resolver`);
      }
      if (flags['account-removal'] && (flags.prune || flags.diff)) {
        throw fail('usage', '--prune/--diff and --account-removal <account> are mutually exclusive');
      }
      if (flags.prune && flags.diff) throw fail('usage', '--prune and --diff are mutually exclusive');
      if (!flags.force) await refuseInvalid(nsc, store, chosen);
      if (!isResolverUrl(url)) return pushHttp(nsc, store, chosen, url);
      const { removalKey } = await import('./resolver.ts');
      const remove = flags['account-removal'] ? await removalKey(store, flags['account-removal']) : undefined;
      return pushServers(nsc, store, { ...flags, url, chosen, remove });
    });
  },
});

interface Chosen {
  readonly all: boolean;
  readonly prune: boolean;
  readonly diff: boolean;
  readonly 'account-removal': string | undefined;
  readonly account: string | undefined;
}

/** Names of the accounts to push; none where the question is about what servers have. */
async function chosenAccounts(nsc: Nsc, store: Store, flags: Chosen): Promise<string[]> {
  if (flags.all) return store.accounts();
  if (flags.prune || flags.diff || flags['account-removal']) return [];
  const { chosenAccount } = await import('../ask/choose.ts');
  return [await accountName(nsc, await chosenAccount(nsc, flags.account))];
}

const SCHEMES = ['http', 'https', 'nats', 'tls', 'ws', 'wss'];

async function chosenUrl(nsc: Nsc, store: Store, given: string | undefined): Promise<string> {
  let url = (given || (await store.operator()).nats.account_server_url).trim();
  if (nsc.interactive) {
    const { askText } = await import('../ask/choose.ts');
    const message = 'Account Server URL or nats-resolver enabled nats-server URL';
    url = await askText(nsc, message, url, '--account-jwt-server-url');
  }
  if (url === '') {
    throw fail('usage', 'no account server url or nats-server url was provided by the operator jwt', {
      hint: 'nsc edit operator --account-jwt-server-url URL, or give -u URL',
    });
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  if (SCHEMES.includes(scheme)) return url;
  throw fail('usage', `scheme ${JSON.stringify(scheme)} is not supported (http, https, nats, ws, wss)`);
}

/** Fails for the first account that a server would not take as it is. */
async function refuseInvalid(nsc: Nsc, store: Store, names: readonly string[]): Promise<void> {
  const { operatorDidSign, validate } = await import('#crypto/validate.ts');
  const operator = await store.operator();
  for (const name of names) {
    const quoted = JSON.stringify(name);
    const account = await store.account(name).catch((error: unknown) => {
      throw fail('error', `unable to push account ${quoted}: ${messageOf(error)}`);
    });
    for (const { blocking, timeCheck, text } of await validate(account, nsc.now())) {
      if (!blocking && !timeCheck) continue;
      throw fail('check-failed', `unable to push account ${quoted} as it has validation issues: ${text}`, {
        hint: 'nsc validate shows all of them; --force pushes all the same',
      });
    }
    if (!store.info.managed && !operatorDidSign(operator, account)) {
      throw fail(
        'check-failed',
        `unable to push account ${quoted} as it is not signed by the operator ${JSON.stringify(store.info.name)}`,
      );
    }
  }
}

async function pushHttp(nsc: Nsc, store: Store, names: readonly string[], url: string): Promise<Outcome> {
  const { accountUrl, pushToken } = await import('./http.ts');
  const entries: Entry[] = [];
  for (const name of names) {
    const at = accountUrl(url, (await store.account(name)).sub);
    if (nsc.runtime.contract.plan) {
      entries.push({ level: 'ok', text: `would push ${JSON.stringify(name)} to ${at}` });
      continue;
    }
    const failed = (error: unknown): Entry => {
      const why = `failed to push account ${JSON.stringify(name)}: ${messageOf(error)}`;
      return group('', [{ level: 'error', text: why }]);
    };
    const pushed = await pushToken(at, await store.accountToken(name)).catch(failed);
    const text =
      pushed.level === 'ok' ? `pushed ${JSON.stringify(name)} to account server` : `push ${name} to account server`;
    entries.push(pushed.details ? group(text, pushed.details, pushed.level) : { level: pushed.level, text });
  }
  return { entries, sum: true };
}

interface ServerPush {
  readonly url: string;
  readonly chosen: readonly string[];
  readonly prune: boolean;
  readonly diff: boolean;
  /** Public key of the account to remove. */
  readonly remove: string | undefined;
  readonly timeout: number;
  readonly 'system-account': string | undefined;
  readonly 'system-user': string | undefined;
}

async function pushServers(
  nsc: Nsc,
  store: Store,
  push: ServerPush & Parameters<typeof import('../tool/connect.ts').connectNsc>[3],
): Promise<Outcome> {
  const { systemUser } = await import('./system-user.ts');
  const { connectNsc } = await import('../tool/connect.ts');
  const failed = (text: string) => (error: unknown) => {
    if (error instanceof BoxError && error.kind === 'usage') throw error;
    return { level: 'error', text: `${text}: ${messageOf(error)}` } as Entry;
  };
  const verbs = ['LIST', 'UPDATE', 'DELETE'].map((verb) => `$SYS.REQ.CLAIMS.${verb}`);
  const who = await systemUser(nsc, {
    account: push['system-account'],
    user: push['system-user'],
    publish: [...verbs, '$SYS.REQ.SERVER.PING'],
  }).catch(failed('error obtaining system account user'));
  if ('level' in who) return { entries: [who] };
  const connection = await connectNsc(nsc, [push.url], who.login, push, 'nsc_push').catch(failed('failed to connect'));
  if ('level' in connection) return { entries: [connection] };
  return { entries: await askServers(nsc, store, connection, who.account, push) };
}

async function askServers(
  nsc: Nsc,
  store: Store,
  connection: Connection,
  system: string,
  push: ServerPush,
): Promise<Entry[]> {
  const { knownServers, pushAccount, diffServers, pruneServers, removeAccounts } = await import('./resolver.ts');
  const { signal } = nsc.runtime;
  const { plan } = nsc.runtime.contract;
  const timeout = Math.min(60, Math.max(1, push.timeout)) * 1000;
  const options = { timeout, servers: await knownServers(connection, timeout), signal };
  const entries: Entry[] = [];
  if (push.chosen.length > 0) {
    const details: Entry[] = [];
    for (const name of push.chosen) {
      if (plan) details.push({ level: 'ok', text: `would push ${JSON.stringify(name)}` });
      else details.push(await pushAccount(connection, name, await store.accountToken(name), options));
    }
    entries.push(group(`push to nats-server "${push.url}" using system account "${system}"`, details, worst(details)));
  }
  if (push.prune) entries.push(await pruneServers(nsc, store, connection, options));
  else if (push.remove !== undefined)
    entries.push(await removeAccounts(nsc, store, connection, [push.remove], options));
  else if (push.diff) entries.push(await diffServers(store, connection, options));
  return entries;
}
