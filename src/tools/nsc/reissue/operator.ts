import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { encode } from '#crypto/jwt.ts';
import { addTo } from '#crypto/lists.ts';
import { createKeyPair, isPublicKey, type KeyPair } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { resolveKey } from '#store/keystore.ts';
import { change, changed } from '../finish.ts';
import type { Nsc } from '../nsc.ts';
import { newReport } from '../report.ts';
import { findSigner } from '../signer.ts';

/** `nsc reissue operator` */
export const command = defineCommand({
  name: 'operator',
  help:
    'Give the operator a new identity key and sign its accounts again\n\n' +
    'The key is new, or the one of -K. Servers accept the new tokens once they have the new operator token: back up ' +
    'the store and plan the change.',
  flags: {
    'convert-to-signing-key': {
      type: 'bool',
      help: 'Keep the old key as a signing key, so that accounts need not be signed again',
    },
    name: { type: 'string', short: 'n', help: 'Name of the operator, the current one if not given' },
  },
  examples: ['nsc reissue operator', 'nsc reissue operator --convert-to-signing-key'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      await nsc.lock();
      const store = await nsc.store(flags.name || undefined);
      if (store.info.managed) throw fail('usage', 'resign is only supported in non managed stores');
      const operator = await store.operator();
      const { nats } = operator;
      const convert = flags['convert-to-signing-key'];
      const strict = nats.strict_signing_key_usage;
      if (strict && !convert && nats.signing_keys.length === 0) {
        throw fail('usage', 'resign of strict operator is only supported with signing keys present');
      }
      const identity = await newIdentity(nsc);
      const plain = { ...nsc, keyFlag: '' };
      const signer =
        strict && !convert ? await findSigner(plain, { kinds: ['operator'], keys: nats.signing_keys }) : identity;
      await nsc.keys.put(identity);
      const old = operator.sub;
      operator.sub = identity.publicKey;
      if (convert) addTo(nats.signing_keys, old);
      store.putOperator(await encode(operator, identity, nsc.now()));
      const report = newReport();
      report.ok(`operator ${quote(operator.name)} successfully changed identity to: ${identity.publicKey}`);
      if (convert) report.ok(`old operator key ${quote(old)} turned into signing key`);
      for (const name of convert ? [] : await store.accounts()) {
        const account = await store.account(name);
        if (account.iss === old) {
          store.putAccount(name, await encode(account, signer, nsc.now()));
          report.ok(`account ${quote(name)} re-signed`);
        } else report.ok(`account ${quote(name)} already signed properly`);
      }
      const data = { operator: store.info.name, public_key: identity.publicKey, old_public_key: old };
      return { entries: report.entries, sum: true, data };
    });
  },
});

async function newIdentity(nsc: Nsc): Promise<KeyPair> {
  const { keyFlag } = nsc;
  if (keyFlag === '') return createKeyPair('operator', nsc.runtime.random(32));
  const key = isPublicKey(keyFlag)
    ? { kind: 'operator', publicKey: keyFlag, pair: await nsc.keys.pair(keyFlag) }
    : await resolveKey(nsc.runtime, nsc.disk, keyFlag);
  if (!key?.pair) throw fail('not-found', 'failed to find operator key: -K leads to no seed');
  if (key.pair.kind !== 'operator') throw fail('usage', 'specified key is not a valid operator nkey');
  return key.pair;
}
