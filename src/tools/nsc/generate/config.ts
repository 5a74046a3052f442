import { fail } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { quote } from '#base/quote.ts';
import { obj, recordOf, str } from '#cli/schema.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { expandPath, quotedPath } from '#store/dirs.ts';
import { isFileName } from '#store/names.ts';
import type { Store } from '#store/store.ts';
import { type Nsc, openNsc } from '../nsc.ts';
import { writeOut } from '../output-file.ts';
import { reportText } from '../report.ts';
import { type ConfigAccount, type ConfigFacts, memoryConfig, resolverConfig } from './server-config.ts';

const kinds = ['mem-resolver', 'nats-resolver', 'nats-resolver-cache', 'nkey'] as const;

/** `nsc generate config` */
export const command = defineCommand({
  name: 'config',
  help:
    'Make a configuration for nats-server\n\n' +
    '--mem-resolver puts all accounts into it; with --nats-resolver accounts are pushed to the servers.',
  flags: {
    'mem-resolver': { type: 'bool', help: 'The configuration holds all accounts' },
    'nats-resolver': { type: 'bool', help: 'Servers keep the accounts that are pushed to them' },
    'nats-resolver-cache': { type: 'bool', help: 'Servers keep for a while the accounts they looked up' },
    nkey: { type: 'bool', hidden: true, help: 'Accounts and users by nkey, without tokens' },
    'config-file': { type: 'string', default: '--', help: 'Write to this file, -- is stdout' },
    dir: { type: 'string', hidden: true, help: 'Write a directory of token files and resolver.conf (--mem-resolver)' },
    force: { type: 'bool', short: 'F', help: 'Replace files' },
    'sys-account': { type: 'string', help: "Name or public key of the system account, if not the operator's" },
  },
  examples: [
    'nsc generate config --mem-resolver --config-file server.conf',
    'nsc generate config --nats-resolver --sys-account SYS > resolver.conf',
  ],
  tags: { scope: 'local', impact: 'ro' },
  output: recordOf(obj({ kind: str, 'config?': str, 'path?': str })),
  async run({ flags }, runtime) {
    const given = kinds.filter((kind) => flags[kind]);
    const file = flags['config-file'];
    const [kind] = given;
    if (!kind) throw fail('usage', 'specify a config type option', { hint: 'such as --mem-resolver' });
    if (given.length > 1) throw fail('usage', 'can only generate one config at a time');
    if (flags.dir && kind !== 'mem-resolver') throw fail('usage', `--dir is not valid with ${kind} configuration`);
    if (flags.dir && file !== '--') throw fail('usage', '--dir is exclusive of --config-file');
    const nsc = await openNsc(runtime);
    const store = await nsc.store();
    const config = await makeConfig(nsc, store, kind, flags['sys-account']);
    if (flags.dir) return writeDir(nsc, flags.dir, flags.force, config.facts);
    if (file === '--') return runtime.show({ data: { kind, config: config.text }, text: () => `${config.text}\n` });
    const path = await writeOut(runtime, file, config.text, { fresh: !flags.force });
    const text = () => {
      const shown = quotedPath(runtime, path);
      const line = reportText([{ level: 'ok', text: `wrote server configuration to ${shown}` }]);
      return `${line}Success!! - generated ${shown}\n`;
    };
    await runtime.show({ data: { kind, path }, text });
  },
});

interface Config {
  readonly text: string;
  readonly facts: ConfigFacts;
}

async function makeConfig(
  nsc: Nsc,
  store: Store,
  kind: (typeof kinds)[number],
  system: string | undefined,
): Promise<Config> {
  const names = await store.accounts();
  const operator = await store.operator();
  if (names.length === 0) throw fail('not-found', `operator ${quote(nsc.config.operator)} has no accounts`);
  const accounts: ConfigAccount[] = [];
  for (const name of names) {
    const token = (await store.accountToken(name)).trim();
    const claims = await decodeAs(token, 'account');
    accounts.push({ name: claims.name, publicKey: claims.sub, token });
  }
  const facts: ConfigFacts = {
    operatorName: operator.name,
    operator: (await store.operatorToken()).trim(),
    systemAccount: await systemKey(store, system || operator.nats.system_account),
    accounts,
  };
  if (kind === 'mem-resolver') return { text: memoryConfig(facts), facts };
  if (kind === 'nkey') return { text: await nkeyText(store, names, facts), facts };
  const found = accounts.find((account) => account.publicKey === facts.systemAccount);
  if (!found) {
    throw fail('not-found', 'system account is not set', {
      hint: 'nsc edit operator --system-account NAME, or give --sys-account',
    });
  }
  return { text: resolverConfig(facts, found, kind === 'nats-resolver-cache'), facts };
}

async function systemKey(store: Store, given: string): Promise<string> {
  if (given === '' || isPublicKey(given, 'account')) return given;
  return (await store.account(given)).sub;
}

async function nkeyText(store: Store, names: readonly string[], facts: ConfigFacts): Promise<string> {
  if (facts.systemAccount !== '') throw fail('usage', "nkey configurations don't support system account");
  const { nkeyConfig } = await import('./nkey-config.ts');
  const accounts = [];
  for (const name of names) {
    const users = [];
    for (const user of await store.users(name)) users.push(await store.user(name, user));
    accounts.push({ claims: await store.account(name), users });
  }
  return nkeyConfig(accounts);
}

async function writeDir(nsc: Nsc, given: string, force: boolean, facts: ConfigFacts): Promise<void> {
  const { runtime, disk } = nsc;
  const dir = expandPath(runtime, given);
  const stat = await runtime.files.stat(dir);
  if (stat && !force) throw fail('conflict', `\`${given}\` already exists`, { hint: 'add --force' });
  if (stat && stat.kind !== 'dir') throw fail('conflict', `\`${given}\` already exists and is not a directory`);
  const files = new Set<string>(['resolver.conf']);
  const put = (name: string, token: string) => {
    const file = `${name.trim()}.jwt`;
    if (!isFileName(name) || files.has(file)) throw fail('conflict', `two tokens would go to \`${file}\``);
    files.add(file);
    disk.write(join(dir, file), token, 0o644);
    return JSON.stringify(file);
  };
  const text = memoryConfig({
    ...facts,
    operator: put(facts.operatorName, facts.operator),
    accounts: facts.accounts.map((account) => ({ ...account, token: put(account.name, account.token) })),
  });
  const path = join(dir, 'resolver.conf');
  disk.write(path, text, 0o644);
  await nsc.commit();
  const shown = () => `Success!! - generated ${quotedPath(runtime, path)}\n`;
  await runtime.show({ data: { kind: 'mem-resolver', path }, text: shown });
}
