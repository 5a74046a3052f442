import { fail } from '#base/errors.ts';
import { createKeyPair, isPublicKey } from '#crypto/nkeys.ts';
import { newUser, setScoped } from '#crypto/user.ts';
import { defineCommand } from '#runtime/command.ts';
import { checkName } from '#store/names.ts';
import { accountSigners } from '#store/signers.ts';
import { askCount } from '../account/limits.ts';
import { type AccountAt, findUser, operatorFlag, pickOperatorAccount, pickScope } from '../pick.ts';
import { type Auth, change, refuseExisting, writeFile } from '../session.ts';
import { editTags, tagFlags } from '../tags.ts';
import { credsOf, putUser, userOutcome } from './change.ts';
import { applyLimits, givenLimits, type LimitValues, limitFlags } from './limits.ts';
import { userOutput } from './show.ts';

/** `nats auth user add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['create', 'new'],
  help: 'Make a user\n\nSigned with --key ROLE it may do what the role allows, and has no limits of its own.',
  args: {
    name: { type: 'string', required: true, help: 'Name of the user' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: {
    key: { type: 'string', help: 'Role or public key of the signing key; without it the account signs' },
    ...operatorFlag,
    ...limitFlags,
    ...tagFlags,
    force: { type: 'bool', short: 'f', help: 'Replace the credentials file when there is one' },
    credential: { type: 'string', help: 'Write the credentials to this file' },
    defaults: { type: 'bool', help: 'Ask nothing: what is not given gets its default' },
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: ['nats auth user add alice APP --defaults --pub-allow "orders.>" --credential alice.creds'],
  output: userOutput,
  async run({ args, flags, isSet }, runtime) {
    const { name } = args;
    const file = flags.credential;
    await change(runtime, async (auth, runtime) => {
      const account = await pickOperatorAccount(auth, flags.operator, args.account);
      const key = await signerOf(auth, account, flags.key);
      checkName(name, 'user');
      if (await findUser(account, name)) {
        throw fail('conflict', `user ${name} already exist`, { hint: `nats auth user edit ${name} changes it` });
      }
      if (file) await refuseExisting(auth, file, flags.force);
      const pair = await createKeyPair('user', runtime.random(32));
      await auth.keys.put(pair);
      const claims = newUser(pair.publicKey);
      claims.name = name;
      claims.iss = key;
      if (key !== account.claims.sub) claims.nats.issuer_account = account.claims.sub;
      const values = flags.defaults ? flags : await askLimits(auth, flags, isSet);
      if (account.claims.nats.signing_keys.get(key)) {
        setScoped(claims, true);
        const ignored = givenLimits(isSet);
        if (ignored.length > 0)
          runtime.err.line(`The role decides what the user may do: --${ignored.join(', --')} ignored`);
      } else applyLimits(claims, values, isSet, true);
      editTags(claims.nats.tags, flags.tags);
      const token = await putUser(auth, account, { name, claims });
      if (file) await writeFile(auth, file, await credsOf(auth, claims, token));
      return userOutcome(runtime, account, name, token);
    });
  },
});

/** The key that signs: the one of --key, else the account's own unless the operator demands signing keys. */
async function signerOf(auth: Auth, account: AccountAt, given: string | undefined): Promise<string> {
  const { claims, operator } = account;
  if (given && isPublicKey(given, 'account')) {
    if (given === claims.sub || claims.nats.signing_keys.has(given)) return given;
    throw fail('not-found', `${given} is no key of account ${account.name}`, {
      hint: `nats auth account keys ls ${account.name}`,
    });
  }
  if (given) return (await pickScope(auth, account, given)).key;
  const strict = operator.claims.nats.strict_signing_key_usage;
  if (!strict) return claims.sub;
  const plain = accountSigners(claims, true).find((key) => !claims.nats.signing_keys.get(key));
  if (plain !== undefined) return plain;
  throw fail('denied', 'the operator requires signing keys, so the key of the account itself may not sign', {
    hint: `give --key; nats auth account keys ls ${account.name} shows the keys`,
  });
}

async function askLimits(
  { runtime }: Auth,
  flags: LimitValues,
  isSet: (name: keyof LimitValues) => boolean,
): Promise<LimitValues> {
  const ask = async (name: 'payload' | 'subscriptions', message: string, help: string) =>
    isSet(name) ? flags[name] : askCount(runtime, message, help, `--${name}`);
  const payload = await ask('payload', 'Maximum Payload', 'The largest message the user may send, in bytes');
  const subscriptions = await ask('subscriptions', 'Maximum Subscriptions', 'The most subscriptions the user may have');
  return { ...flags, payload, subscriptions };
}
