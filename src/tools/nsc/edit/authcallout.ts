import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { ExternalAuthorization } from '#crypto/account.ts';
import { addTo, removeFrom } from '#crypto/lists.ts';
import type { KeyKind } from '#crypto/nkeys.ts';
import { validate } from '#crypto/validate.ts';
import { defineCommand } from '#runtime/command.ts';
import { resolveKey } from '#store/keystore.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import type { Nsc } from '../nsc.ts';
import type { Report } from '../report.ts';
import { publicKeyOf } from '../signing-keys.ts';

const ownFlags = {
  'auth-user': { type: 'strings', help: 'Public keys of users that connect without the callout: the service itself' },
  'rm-auth-user': { type: 'strings', help: 'Public keys of such users to remove' },
  'allowed-account': { type: 'strings', help: 'Public keys of accounts the service may place users in; * is any' },
  'rm-allowed-account': { type: 'strings', help: 'Public keys of such accounts to remove' },
  curve: {
    type: 'string',
    short: 'x',
    help: 'Curve key requests are encrypted for: a key, a file, or the word generate',
  },
  'rm-curve': { type: 'bool', help: 'No longer encrypt requests' },
  disable: { type: 'bool', help: 'Remove the callout' },
} as const;

/** `nsc edit authcallout` */
export const command = defineCommand({
  name: 'authcallout',
  help:
    'Let a service of an account decide who may connect\n\n' +
    'Users of the account are placed by the service, but for those named with --auth-user.',
  args: { account: { type: 'string', help: 'Name or public key of the account, the current one if not given' } },
  flags: { ...accountFlag, ...ownFlags },
  examples: ['nsc edit authcallout AUTH --auth-user UABC... --allowed-account "*" --curve generate'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      const given = (Object.keys(ownFlags) as (keyof typeof ownFlags)[]).filter((name) => isSet(name));
      if (given.length === 0) throw fail('usage', 'please specify some options');
      if (flags.disable && given.length > 1) throw fail('usage', '--disable is exclusive of all other options');
      const name = await accountName(nsc, flags.account || args.account);
      return editAccount(
        nsc,
        name,
        async ({ account, report }) => {
          if (flags.disable) {
            account.nats.authorization = { auth_users: [], allowed_accounts: [], xkey: '' };
            report.ok('removed external authorization configuration');
          } else await editCallout(nsc, account.nats.authorization, flags, report);
          const issue = (await validate(account, nsc.now())).find(({ level }) => level === 'error');
          if (issue) throw fail('usage', issue.text);
          return undefined;
        },
        { keepIssuer: true },
      );
    });
  },
});

interface CalloutFlags {
  readonly 'auth-user': readonly string[];
  readonly 'rm-auth-user': readonly string[];
  readonly 'allowed-account': readonly string[];
  readonly 'rm-allowed-account': readonly string[];
  readonly curve: string | undefined;
  readonly 'rm-curve': boolean;
}

async function editCallout(nsc: Nsc, callout: ExternalAuthorization, flags: CalloutFlags, report: Report) {
  const add = async (list: string[], what: string, kind: KeyKind, values: readonly string[]) => {
    for (const value of values) {
      const key = await publicKey(nsc, value, kind);
      if (addTo(list, key)) report.ok(`added ${what} ${quote(key)}`);
      else report.ok(`skipped adding ${what} ${quote(key)} - as it's already set`);
    }
  };
  const remove = async (list: string[], what: string, kind: KeyKind, values: readonly string[]) => {
    for (const value of values) {
      const key = await publicKey(nsc, value, kind);
      if (removeFrom(list, key)) report.ok(`deleted ${what} ${quote(key)}`);
      else report.ok(`skipping ${what} ${quote(key)} - as it's not currently set`);
    }
  };
  await add(callout.auth_users, 'user', 'user', flags['auth-user']);
  await remove(callout.auth_users, 'user', 'user', flags['rm-auth-user']);
  await add(callout.allowed_accounts, 'account', 'account', flags['allowed-account']);
  await remove(callout.allowed_accounts, 'account', 'account', flags['rm-allowed-account']);
  if (flags['rm-curve']) {
    if (callout.xkey === '') report.ok("remove curve key didn't do anything as the curve key was not set");
    else report.ok(`removed ${callout.xkey} curve key`);
    callout.xkey = '';
  }
  if (flags.curve !== undefined) {
    callout.xkey = await publicKeyOf(nsc, flags.curve, 'curve');
    report.ok(`set curve key ${callout.xkey}`);
  }
}

async function publicKey(nsc: Nsc, given: string, kind: KeyKind): Promise<string> {
  if (given === '*') return given;
  const key = await resolveKey(nsc.runtime, nsc.disk, given);
  if (key?.kind !== kind) throw fail('usage', `${quote(key?.publicKey ?? given)} is not a valid ${kind} key`);
  return key.publicKey;
}
