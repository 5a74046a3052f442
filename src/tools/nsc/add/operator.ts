import { fail } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { encode } from '#crypto/jwt.ts';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { newOperator } from '#crypto/operator.ts';
import { defineCommand } from '#runtime/command.ts';
import { isCwdOnly } from '#store/config.ts';
import { resolveKey } from '#store/keystore.ts';
import { createStore } from '#store/store.ts';
import { change, changed, type Outcome } from '../finish.ts';
import { newName } from '../names.ts';
import type { Nsc } from '../nsc.ts';
import { newReport, type Report } from '../report.ts';
import { addSystemAccount, reportSystemAccount } from '../system-account.ts';
import { readTimes, setTimes, type Times, timeFlags } from '../times.ts';

/** `nsc add operator` */
export const command = defineCommand({
  name: 'operator',
  help:
    'Add an operator, or import one from its token\n\n' +
    'A key is made and kept in the keystore unless -K gives one. An operator imported with --url is managed: ' +
    'its key is elsewhere, so its accounts sign themselves until the account server signed them.',
  args: { name: { type: 'string', help: 'Name of the operator; * makes one up' } },
  flags: {
    name: { type: 'string', short: 'n', help: 'Name of the operator; * makes one up' },
    url: { type: 'string', short: 'u', help: 'Import from this URL, file, or known operator' },
    'generate-signing-key': { type: 'bool', help: 'Make a signing key too' },
    sys: { type: 'bool', short: 's', help: 'Make a system account, signed by the signing key if there is one' },
    force: { type: 'bool', help: 'Import over an operator that is there' },
    ...timeFlags,
  },
  examples: ['nsc add operator ACME --sys', 'nsc add operator --url https://jwt.example.net/jwt/v1/operator'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags }, runtime) {
    await change(runtime, async (nsc) => {
      let { keyFlag } = nsc;
      if (nsc.interactive) {
        const { askOperator } = await import('../ask/operator.ts');
        const answers = await askOperator(nsc, args.name, flags);
        flags = { ...flags, ...answers.flags };
        keyFlag = answers.key ?? keyFlag;
      }
      if (flags.url) {
        if (flags.sys) {
          throw fail('usage', 'importing an operator is not compatible with system account generation');
        }
        const { importOperator } = await import('../import-operator.ts');
        return importOperator(nsc, flags.url, flags.name || args.name, flags.force);
      }
      if (flags.force) throw fail('usage', 'force only works with -u');
      const name = await newName(runtime, flags.name, args.name, 'operator');
      const times = readTimes(flags, runtime.clock.now());
      return addOperator(nsc, { name, times, keyFlag, sys: flags.sys, signing: flags['generate-signing-key'] });
    });
  },
});

interface NewOperator {
  readonly name: string;
  readonly times: Times;
  readonly keyFlag: string;
  readonly sys: boolean;
  readonly signing: boolean;
}

async function addOperator(nsc: Nsc, wanted: NewOperator): Promise<Outcome> {
  const { name } = wanted;
  await nsc.lock({ create: true });
  const report = newReport();
  const dir = join(nsc.config.store_root, name);
  if ((await nsc.disk.list(dir)).length > 0) {
    report.error(`operator named ${name} exists already please inspect and use --force to overwrite`);
    return { entries: report.entries, discard: true, error: fail('conflict', 'all jobs failed') };
  }
  const key = await operatorKey(nsc, wanted, report);
  const claims = newOperator(key.publicKey);
  claims.name = name;
  setTimes(claims, wanted.times);
  const store = createStore(nsc.disk, dir, false);
  const signing = wanted.signing ? await createKeyPair('operator', nsc.runtime.random(32)) : undefined;
  if (signing) {
    await nsc.keys.put(signing);
    claims.nats.signing_keys.push(signing.publicKey);
  }
  const system = wanted.sys ? await addSystemAccount(nsc, store, signing ?? key) : undefined;
  if (system) claims.nats.system_account = system.account;
  store.putOperator(await encode(claims, key, nsc.now()));
  report.ok(`added operator ${JSON.stringify(name)}`);
  report.ok('When running your own nats-server, make sure they run at least version 2.2.0');
  if (signing) report.ok(`created operator signing key: ${signing.publicKey}`);
  if (system) reportSystemAccount(nsc, report, system);
  if (!isCwdOnly(nsc.runtime)) await nsc.useOperator(name);
  const data = {
    operator: name,
    public_key: key.publicKey,
    ...(signing ? { signing_key: signing.publicKey } : {}),
    ...(system ? { system_account: system } : {}),
  };
  return { entries: report.entries, data };
}

async function operatorKey(nsc: Nsc, wanted: NewOperator, report: Report): Promise<KeyPair> {
  if (wanted.keyFlag === '') {
    const pair = await createKeyPair('operator', nsc.runtime.random(32));
    await nsc.keys.put(pair);
    report.ok(`generated and stored operator key "${pair.publicKey}"`);
    return pair;
  }
  if (wanted.signing) throw fail('usage', 'signing key can not be added when importing the operator');
  const key = await resolveKey(nsc.runtime, nsc.disk, wanted.keyFlag);
  if (!key) throw fail('not-found', 'the value of -K is no nkey and no file that holds one');
  if (key.kind !== 'operator') throw fail('usage', 'specified key is not a valid operator nkey');
  const pair = key.pair ?? (await nsc.keys.pair(key.publicKey));
  if (!pair) throw fail('not-found', `the seed of ${key.publicKey} is not in the keystore`);
  return pair;
}
