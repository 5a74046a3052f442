import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { newUserScope, type UserScope } from '#crypto/scope.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import type { Nsc } from '../nsc.ts';
import { editPermissions, readPermissions } from '../permissions.ts';
import { publicKeyOf } from '../signing-keys.ts';
import { editUserLimits, readUserLimits, userLimitFlags } from './user-limits.ts';

/** `nsc edit signing-key` */
export const command = defineCommand({
  name: 'signing-key',
  help:
    'Give a signing key of an account a role, or change the role\n\n' +
    'Users the key signs have what the role allows, and nothing of their own. Subjects may hold templates: ' +
    '{{name()}}, {{subject()}}, {{account-name()}}, {{account-subject()}}, {{tag(key)}}, {{account-tag(key)}}.',
  args: { key: { type: 'string', help: 'The signing key or its role, instead of --sk' } },
  flags: {
    sk: { type: 'strings', help: 'The signing key: a public key, a seed, a file, a role, or the word generate' },
    role: { type: 'string', help: 'Name of the role; alone it also finds the key' },
    description: { type: 'string', help: 'What the role is for' },
    ...accountFlag,
    ...userLimitFlags,
  },
  examples: [
    'nsc edit signing-key --sk generate --role guest --allow-sub "public.>" --subs 10',
    'nsc edit signing-key guest --allow-pub "in.{{name()}}.>"',
  ],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      const permissions = readPermissions(flags, isSet);
      const limits = readUserLimits(flags, isSet);
      const name = await accountName(nsc, flags.account);
      return editAccount(
        nsc,
        name,
        async ({ account, report }) => {
          const key = await keyOfRole(nsc, account, args.key || flags.sk[0], flags.role);
          const held = account.nats.signing_keys.get(key);
          const scope = held ?? newUserScope(key);
          // The token of a new scope leaves out the limits nobody gave; a template without a limit has none.
          if (!held) Object.assign(scope.template, { subs: 0, data: 0, payload: 0 });
          if (isSet('role')) scope.role = flags.role ?? '';
          if (isSet('description')) scope.description = flags.description ?? '';
          editUserLimits(scope.template, limits, report);
          editPermissions(scope.template, permissions, report);
          account.nats.signing_keys.set(key, scope);
          return `edited signing key ${quote(key)}`;
        },
        { keepIssuer: true },
      );
    });
  },
});

function scopeOfRole(account: AccountClaims, role: string): UserScope | undefined {
  return [...account.nats.signing_keys.values()].find((scope) => scope?.role === role) ?? undefined;
}

async function keyOfRole(
  nsc: Nsc,
  account: AccountClaims,
  given: string | undefined,
  role: string | undefined,
): Promise<string> {
  const wanted = given || undefined;
  if (wanted === undefined) {
    const scope = role ? scopeOfRole(account, role) : undefined;
    if (scope) return scope.key;
    throw fail('usage', 'signing key is required', { hint: 'give --sk KEY, a role that exists, or --sk generate' });
  }
  if (account.nats.signing_keys.has(wanted)) return wanted;
  return scopeOfRole(account, wanted)?.key ?? publicKeyOf(nsc, wanted, 'account');
}
