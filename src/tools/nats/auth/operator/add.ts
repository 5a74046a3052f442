import { join } from 'node:path';
import { fail } from '#base/errors.ts';
import { newAccount } from '#crypto/account.ts';
import { createKeyPair } from '#crypto/nkeys.ts';
import { newOperator } from '#crypto/operator.ts';
import { defineCommand } from '#runtime/command.ts';
import { checkName } from '#store/names.ts';
import { createStore } from '#store/store.ts';
import { type Auth, change } from '../session.ts';
import { putAccount, putOperator } from '../sign.ts';
import { editTags, tagFlags } from '../tags.ts';
import { checkedUrl } from '../urls.ts';
import { operatorOutcome, operatorOutput } from './show.ts';

/** `nats auth operator add` */
export const command = defineCommand({
  name: 'add',
  help: 'Make an operator, with an account SYSTEM as its system account',
  args: { name: { type: 'string', help: 'Name of the operator; asked for when it is not given' } },
  flags: {
    service: { type: 'string', cumulative: true, placeholder: 'URL', help: 'URL of its servers, for clients' },
    'account-server': { type: 'string', placeholder: 'URL', help: 'URL accounts are pushed to' },
    'signing-key': { type: 'bool', negatable: true, default: 'true', help: 'Make a signing key for it too' },
    ...tagFlags,
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: ['nats auth operator add ACME --service nats://nats.acme.example:4222'],
  output: operatorOutput,
  async run({ args, flags }, runtime) {
    const service = flags.service.map(checkedUrl);
    const server = flags['account-server'] ? checkedUrl(flags['account-server']) : '';
    const name = args.name || (await askName(runtime));
    checkName(name, 'operator');
    await change(runtime, async (auth, runtime) => {
      await refuseKnown(auth, name);
      const pair = await createKeyPair('operator', runtime.random(32));
      const claims = newOperator(pair.publicKey);
      claims.name = name;
      editTags(claims.nats.tags, flags.tags);
      claims.nats.operator_service_urls = service;
      claims.nats.account_server_url = server;
      const store = createStore(auth.disk, join(auth.dir, name), false);
      await auth.keys.put(pair);
      if (flags['signing-key']) await addSigningKey(auth, claims.nats.signing_keys);
      const account = await createKeyPair('account', runtime.random(32));
      await auth.keys.put(account);
      const system = newAccount(account.publicKey);
      system.name = 'SYSTEM';
      claims.nats.system_account = account.publicKey;
      const operator = { name, store, claims };
      await putAccount(auth, { operator, name: 'SYSTEM', claims: system });
      return operatorOutcome(runtime, { ...operator, claims: await putOperator(auth, operator) });
    });
  },
});

async function askName(runtime: Auth['runtime']): Promise<string> {
  return (await runtime.prompts()).input({
    message: 'Operator Name',
    help: 'What the operator is called; no other one here may have this name',
    flag: 'the name argument',
    validate: (text) => (text.trim() === '' ? 'a name is needed' : undefined),
  });
}

/** Fails with conflict when an operator of this name is there. */
export async function refuseKnown(auth: Auth, name: string): Promise<void> {
  if (!(await auth.operators()).includes(name)) return;
  throw fail('conflict', `operator ${name} already exist`, { hint: 'nats auth operator ls shows the operators' });
}

/** Makes a signing key of an operator and keeps its seed; gives the public key. */
export async function addSigningKey(auth: Auth, keys: string[]): Promise<string> {
  const pair = await createKeyPair('operator', auth.runtime.random(32));
  await auth.keys.put(pair);
  keys.push(pair.publicKey);
  pair.wipe();
  return pair.publicKey;
}
