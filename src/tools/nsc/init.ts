import { fail } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { quote } from '#base/quote.ts';
import { newAccount } from '#crypto/account.ts';
import { formatCreds } from '#crypto/decorate.ts';
import { encode } from '#crypto/jwt.ts';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { newOperator } from '#crypto/operator.ts';
import { newUser } from '#crypto/user.ts';
import { defineCommand } from '#runtime/command.ts';
import { expandPath, quotedPath } from '#store/dirs.ts';
import { checkName } from '#store/names.ts';
import { createStore, openStore, type Store } from '#store/store.ts';
import type { InitChoice } from './ask/init.ts';
import { change, changed, type Outcome } from './finish.ts';
import { nscFlags } from './globals.ts';
import { loadOperator } from './import-operator.ts';
import { knownOperator, operatorNameFor } from './known-operators.ts';
import { storeAccount } from './managed.ts';
import { newName } from './names.ts';
import type { Nsc } from './nsc.ts';
import { newReport, type Report } from './report.ts';
import { addSystemAccount, reportSystemAccount } from './system-account.ts';

const { version: _version, ...rootFlags } = nscFlags;

/** `nsc init` */
export const command = defineCommand({
  name: 'init',
  help:
    'Make an operator, an account and a user, ready for use\n\n' +
    'Without --dir, --name, --url and --remote-operator it asks. The operator gets a system account.',
  args: { words: { type: 'string', cumulative: true, hidden: true, help: 'Ignored' } },
  flags: {
    dir: {
      type: 'string',
      short: 'd',
      default: '<XDG_DATA_HOME>/nats/nsc/stores (or the current store root)',
      help: 'Directory that holds the operators',
    },
    name: { type: 'string', short: 'n', help: 'Name of operator, account and user; made up if not given' },
    url: { type: 'string', short: 'u', help: "Take the operator from this account server's URL" },
    'remote-operator': { type: 'string', short: 'o', help: 'Take a known operator, such as synadia' },
    ...rootFlags,
  },
  examples: ['nsc init --name ACME', 'nsc init --remote-operator synadia --name acme'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      const given = isSet('dir') || isSet('name') || isSet('url') || isSet('remote-operator');
      const name = await newName(runtime, flags.name || '*', undefined, 'operator');
      if (!given) {
        const { askInit } = await import('./ask/init.ts');
        return init(nsc, await askInit(nsc, name));
      }
      const remote = flags['remote-operator'];
      const known = remote ? knownOperator(runtime, remote) : undefined;
      if (remote && !flags.url && !known) throw fail('not-found', `error operator ${quote(remote)} was not found`);
      const dir = isSet('dir') ? expandPath(runtime, flags.dir) : nsc.config.store_root || nsc.dirs.stores;
      return init(nsc, { name, dir, operatorUrl: flags.url || known?.url });
    });
  },
});

async function init(nsc: Nsc, choice: InitChoice): Promise<Outcome> {
  checkName(choice.name, 'operator');
  if (choice.dir !== nsc.config.store_root) await nsc.useStores(choice.dir);
  await nsc.lock({ create: true });
  const report = newReport();
  const made = choice.operatorUrl
    ? await takeOperator(nsc, choice, choice.operatorUrl, report)
    : await makeOperator(nsc, choice, report);
  return addFirst(nsc, choice, made, report);
}

interface Made {
  readonly store: Store;
  /** Signs the account; undefined when the account signs itself. */
  readonly signer: KeyPair | undefined;
}

async function makeOperator(nsc: Nsc, { name, dir }: InitChoice, report: Report): Promise<Made> {
  const path = join(dir, name);
  if ((await nsc.disk.list(path)).length > 0) {
    throw fail(
      'conflict',
      `an operator named \`${name}\` already exists in \`${dir}\` - specify a different directory`,
      {
        hint: 'give another --name, or --dir',
      },
    );
  }
  const pair = await createKeyPair('operator', nsc.runtime.random(32));
  await nsc.keys.put(pair);
  const store = createStore(nsc.disk, path, false);
  const operator = newOperator(pair.publicKey);
  operator.name = name;
  operator.nats.operator_service_urls = ['nats://localhost:4222'];
  const system = await addSystemAccount(nsc, store, pair);
  operator.nats.system_account = system.account;
  store.putOperator(await encode(operator, pair, nsc.now()));
  report.ok(`created operator ${name}`);
  reportSystemAccount(nsc, report, system);
  return { store, signer: pair };
}

async function takeOperator(nsc: Nsc, { dir }: InitChoice, url: string, report: Report): Promise<Made> {
  const { token, claims } = await loadOperator(nsc, url);
  const name = operatorNameFor(nsc.runtime, claims.name, url);
  checkName(name, 'operator');
  if (claims.nats.account_server_url === '') {
    throw fail('usage', `error importing operator ${quote(name)} - it doesn't define an account server url`);
  }
  const path = join(dir, name);
  const there = await nsc.disk.has(join(path, '.nsc'));
  const store = there ? await openStore(nsc.disk, path) : createStore(nsc.disk, path, true);
  const held = there ? await store.operator().catch(() => undefined) : undefined;
  if (held && held.sub !== claims.sub) {
    throw fail('conflict', `error a different operator named ${quote(name)} already exists`, {
      hint: 'give another --dir',
    });
  }
  store.putOperator(token);
  report.ok(`add managed operator ${name}`);
  return { store, signer: undefined };
}

const LOCAL_SERVER = `to run a local server using this configuration, enter:
  nsc generate config --mem-resolver --config-file <path/server.conf>
then start a nats-server using the generated config:
  nats-server -c <path/server.conf>`;

/** The first account and its user. */
async function addFirst(nsc: Nsc, choice: InitChoice, { store, signer }: Made, report: Report): Promise<Outcome> {
  const { name } = choice;
  if (await store.hasAccount(name)) throw fail('conflict', `an account named ${quote(name)} already exists`);
  const make = (kind: 'account' | 'user') => createKeyPair(kind, nsc.runtime.random(32));
  const [accountKey, userKey] = [await make('account'), await make('user')];
  for (const pair of [accountKey, userKey]) await nsc.keys.put(pair);
  const account = newAccount(accountKey.publicKey);
  account.name = name;
  const token = await encode(account, signer ?? accountKey, nsc.now());
  report.add(...(await storeAccount(nsc, store, name, token)));
  report.ok(`created account ${name}`);
  const user = newUser(userKey.publicKey);
  user.name = name;
  const userToken = await encode(user, accountKey, nsc.now());
  store.putUser(name, name, userToken);
  const creds = nsc.keys.putCreds(store.info.name, name, name, formatCreds(userToken, user.sub, userKey));
  report.ok(`created user ${quote(name)}`);
  report.ok(`project jwt files created in ${quotedPath(nsc.runtime, choice.dir)}`);
  report.ok(`user creds file stored in ${quotedPath(nsc.runtime, creds)}`);
  if (signer) report.server(LOCAL_SERVER);
  await nsc.useOperator(store.info.name);
  await nsc.useAccount(name);
  const data = { operator: store.info.name, account: name, user: name, creds };
  return { entries: report.entries, sum: true, data };
}
