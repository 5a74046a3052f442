import { fail } from '#base/errors.ts';
import { newAccount } from '#crypto/account.ts';
import { createKeyPair } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { checkName } from '#store/names.ts';
import { operatorSigners } from '#store/signers.ts';
import { type OperatorAt, operatorFlag, pickOperator } from '../pick.ts';
import { change } from '../session.ts';
import { putAccount } from '../sign.ts';
import { editTags, tagFlags } from '../tags.ts';
import { applyLimits, askCount, type LimitValues, limitFlags } from './limits.ts';
import { accountOutcome, accountOutput } from './show.ts';

/** `nats auth account add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['create', 'new'],
  help: 'Make an account\n\nLimits that are not given are asked for; --defaults takes what the flags say. JetStream always needs --js-disk and --js-memory.',
  args: { account: { type: 'string', help: 'Name of the account; asked for when it is not given' } },
  flags: {
    ...operatorFlag,
    key: { type: 'string', help: 'Public key of the operator that signs; without it the operator itself' },
    ...limitFlags,
    ...tagFlags,
    defaults: { type: 'bool', help: 'Ask nothing: what is not given gets its default' },
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: ['nats auth account add APP --defaults --jetstream --js-disk 10GB --js-memory 1GB'],
  output: accountOutput,
  async run({ args, flags, isSet }, runtime) {
    await change(runtime, async (auth, runtime) => {
      const operator = await pickOperator(auth, flags.operator);
      const name = args.account || (await askName(runtime));
      checkName(name, 'account');
      await refuseKnown(operator, name);
      const pair = await createKeyPair('account', runtime.random(32));
      await auth.keys.put(pair);
      const claims = newAccount(pair.publicKey);
      claims.name = name;
      if (flags.key) claims.iss = operatorKey(operator, flags.key);
      editTags(claims.nats.tags, flags.tags);
      const values = flags.defaults ? flags : await askLimits(runtime, flags);
      await applyLimits(runtime, claims, values, isSet, true);
      const account = { operator, name, claims };
      return accountOutcome(runtime, { ...account, claims: await putAccount(auth, account) });
    });
  },
});

async function askName(runtime: Runtime): Promise<string> {
  return (await runtime.prompts()).input({
    message: 'Account Name',
    help: 'What the account is called; no other one of the operator may have this name',
    flag: 'the account argument',
    validate: (text) => (text.trim() === '' ? 'a name is needed' : undefined),
  });
}

async function refuseKnown({ store }: OperatorAt, name: string): Promise<void> {
  // File systems that do not tell case apart would put two such accounts into one directory.
  const names = await store.accounts();
  if (!names.some((known) => known.toLowerCase() === name.toLowerCase())) return;
  throw fail('conflict', `account ${name} already exist`, { hint: 'nats auth account ls shows the accounts' });
}

function operatorKey({ name, claims }: OperatorAt, key: string): string {
  if (operatorSigners(claims).includes(key)) return key;
  throw fail('not-found', 'issuer is not a registered operator key', {
    hint: `nats auth operator keys ls ${name} shows the signing keys`,
  });
}

/** Asks for what the user did not limit. */
async function askLimits(runtime: Runtime, flags: LimitValues): Promise<LimitValues> {
  const ask = (message: string, what: string, flag: 'connections' | 'subscriptions') =>
    flags[flag] === -1n
      ? askCount(runtime, message, `Most ${what} of the account, -1 for no limit; set it with --${flag}`, `--${flag}`)
      : flags[flag];
  const connections = await ask('Maximum Connections', 'connections', 'connections');
  const subscriptions = await ask('Maximum Subscriptions', 'subscriptions', 'subscriptions');
  return { ...flags, connections, subscriptions };
}
