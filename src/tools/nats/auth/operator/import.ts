import { join } from 'node:path';
import { fail } from '#base/errors.ts';
import { parseDecoratedJwt } from '#crypto/creds.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { type KeyPair, keyPairFromSeed } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { findKey, readFile } from '#runtime/key-files.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { checkName } from '#store/names.ts';
import { createStore } from '#store/store.ts';
import { change } from '../session.ts';
import { putOperator } from '../sign.ts';
import { refuseKnown } from './add.ts';
import { operatorOutcome, operatorOutput } from './show.ts';

/** `nats auth operator import` */
export const command = defineCommand({
  name: 'import',
  help: 'Take over an operator from its JWT and the seeds of all its keys',
  args: {
    token: { type: 'existing-file', required: true, placeholder: 'JWT', help: 'File with the JWT of the operator' },
    key: {
      type: 'existing-file',
      cumulative: true,
      placeholder: 'FILE',
      help: 'Files with the seeds of its key and signing keys',
    },
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: ['nats auth operator import operator.jwt operator.nk signing.nk'],
  output: operatorOutput,
  async run({ args }, runtime) {
    const token = parseDecoratedJwt(await readFile(runtime, args.token));
    if (token.split('.').length !== 3) throw fail('usage', 'expected 3 chunks', { hint: `${args.token} holds no JWT` });
    const claims = await decodeAs(token, 'operator');
    const wanted = [claims.sub, ...claims.nats.signing_keys];
    const pairs = await readPairs(runtime, args.key);
    for (const { publicKey } of pairs) {
      if (!wanted.includes(publicKey)) throw fail('usage', `key ${publicKey} is not referenced by the operator`);
    }
    const missing = wanted.filter((key) => !pairs.some(({ publicKey }) => publicKey === key));
    if (missing.length > 0) {
      throw fail('usage', `not all keys are provided: ${pairs.length}`, {
        hint: `give a file with the seed of ${missing.join(', ')}`,
      });
    }
    checkName(claims.name, 'operator');
    await change(runtime, async (auth, runtime) => {
      await refuseKnown(auth, claims.name);
      const store = createStore(auth.disk, join(auth.dir, claims.name), false);
      for (const pair of pairs) await auth.keys.put(pair);
      const operator = { name: claims.name, store, claims };
      return operatorOutcome(runtime, { ...operator, claims: await putOperator(auth, operator) });
    });
  },
});

async function readPairs(runtime: Runtime, paths: readonly string[]): Promise<KeyPair[]> {
  const pairs: KeyPair[] = [];
  for (const [i, path] of paths.entries()) {
    const seed = await findKey(runtime, path);
    const pair = seed && (await keyPairFromSeed(seed).catch(() => undefined));
    if (pair?.kind !== 'operator') throw fail('usage', `invalid seed at ${i}: ${path} holds no operator seed`);
    pairs.push(pair);
  }
  return pairs;
}
