import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { type AccountEdit, editAccount } from '../account-edit.ts';
import { change, changed } from '../finish.ts';
import { editPermissions, permissionFlags, readPermissions, removePermissionFlags } from '../permissions.ts';
import type { Report } from '../report.ts';
import { publicKeysOf, signingKeyFlags } from '../signing-keys.ts';
import { editTags, tagFlags } from '../tags.ts';
import { editTimes, readTimes, timeFlags } from '../times.ts';
import { editLimits, limitFlags, readLimits } from './account-limits.ts';
import { editJetStream, jetStreamFlags, readJetStream, refuseSystemLimits } from './jetstream.ts';
import { editTrace, readTrace, traceFlags } from './trace.ts';

const ownFlags = {
  ...signingKeyFlags,
  ...tagFlags,
  ...timeFlags,
  ...limitFlags,
  ...jetStreamFlags,
  ...permissionFlags,
  ...removePermissionFlags,
  ...traceFlags,
  description: { type: 'string', help: 'What the account is for' },
  'info-url': { type: 'string', help: 'Where more about it is' },
  'host-cluster-traffic': {
    type: 'bool',
    hidden: true,
    help: 'Send JetStream cluster traffic through this account instead of the system account',
  },
} as const;

/** `nsc edit account` */
export const command = defineCommand({
  name: 'account',
  help:
    'Change an account: limits, JetStream, signing keys, default permissions\n\n' +
    'Sizes take units: k, M, G, T are powers of 1000, Ki, Mi, Gi, Ti of 1024.',
  args: { name: { type: 'string', help: 'Name or public key of the account, the current one if not given' } },
  flags: { name: { type: 'string', short: 'n', help: 'Name or public key of the account' }, ...ownFlags },
  examples: [
    'nsc edit account ORDERS --conns 100 --payload 1MiB',
    'nsc edit account ORDERS --js-disk-storage 10G --js-streams 20',
    'nsc edit account ORDERS --sk generate',
  ],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      if (nsc.interactive) {
        const { askEditAccount } = await import('../ask/edit-account.ts');
        const asked = await askEditAccount(nsc, flags.name || args.name);
        flags = { ...flags, ...asked.flags };
        const known = isSet;
        isSet = (name) => asked.set.has(name) || known(name);
      } else if (!Object.keys(ownFlags).some((name) => isSet(name as keyof typeof ownFlags))) {
        throw fail('usage', 'specify an edit option', { hint: 'nsc edit account --help shows them' });
      }
      const times = readTimes(flags, runtime.clock.now());
      const permissions = readPermissions(flags, isSet);
      const limits = readLimits(flags, isSet);
      const jetStream = readJetStream(flags, isSet);
      const trace = readTrace(flags, isSet);
      const name = await accountName(nsc, flags.name || args.name);
      return editAccount(
        nsc,
        name,
        async (edit) => {
          const { account, operator, report } = edit;
          const system = operator.nats.system_account === account.sub;
          if (system) refuseSystemLimits(jetStream, account.nats.limits);
          if (flags['disallow-bearer']) await refuseBearerUsers(edit, name);
          const added = await publicKeysOf(nsc, flags.sk, 'account');
          editSigningKeys(edit, added, flags['rm-sk']);
          editTimes(account, times, report, nsc.now());
          editTags(account.nats.tags, flags, report);
          editLimits(account.nats.limits, limits, report);
          editJetStream(account, jetStream, system, report);
          for (const [field, flag, words] of texts) {
            if (!isSet(flag)) continue;
            account.nats[field] = flags[flag] ?? '';
            report.ok(`changed ${words} to ${quote(account.nats[field])}`);
          }
          editPermissions(account.nats.default_permissions, permissions, report);
          editTrace(account, trace, report);
          if (isSet('host-cluster-traffic')) editTraffic(edit, flags['host-cluster-traffic'], report);
          return `edited account ${quote(name)}`;
        },
        { keepIssuer: true, always: true },
      );
    });
  },
});

const texts = [
  ['description', 'description', 'description'],
  ['info_url', 'info-url', 'info url'],
] as const;

function editSigningKeys({ account, report }: AccountEdit, added: readonly string[], removed: readonly string[]): void {
  const { signing_keys: keys } = account.nats;
  for (const key of added) {
    if (!keys.has(key)) keys.set(key, null);
    report.ok(`added signing key ${quote(key)}`);
  }
  for (const key of removed) {
    if (keys.delete(key)) report.ok(`removed signing key ${quote(key)}`);
    else report.warn(`${quote(key)} is no signing key of the account`);
  }
}

function editTraffic({ account }: AccountEdit, owner: boolean, report: Report): void {
  account.nats.cluster_traffic = owner ? 'owner' : '';
  report.ok(`${owner ? 'enabled' : 'disabled'} routing of JetStream cluster traffic through this account`);
}

async function refuseBearerUsers({ store }: AccountEdit, name: string): Promise<void> {
  for (const user of await store.users(name)) {
    if (!(await store.user(name, user)).nats.bearer_token) continue;
    throw fail(
      'conflict',
      `user ${quote(user)} in account ${quote(name)} uses bearer token (needs to be deleted/changed first)`,
    );
  }
}
