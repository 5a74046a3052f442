import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { bool, record, str } from '#cli/schema.ts';
import { type KeyPair, keyPairFromSeed } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { findKey } from '#runtime/key-files.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { operatorDocument } from '../document.ts';
import { pickOperator } from '../pick.ts';
import { change, writeFile } from '../session.ts';

/** `nats auth operator backup` */
export const command = defineCommand({
  name: 'backup',
  help: 'Write an operator with its accounts, users and all seeds to a file\n\nWith --key the file is sealed, and only the same key opens it again.',
  args: {
    name: { type: 'string', required: true, help: 'Name of the operator' },
    output: { type: 'string', required: true, help: 'File to write' },
  },
  flags: { key: { type: 'string', help: 'File with the seed of a curve key to seal the backup with' } },
  tags: { scope: 'system', impact: 'ro' },
  examples: ['nats auth nkey gen curve --output backup.xk', 'nats auth operator backup ACME acme.bak --key backup.xk'],
  output: record({ operator: str, file: str, sealed: bool }),
  async run({ args, flags }, runtime) {
    const sealed = Boolean(flags.key);
    await change(runtime, async (auth, runtime) => {
      const operator = await pickOperator(auth, args.name);
      const plain = stringifyJson(await operatorDocument(auth, operator), { indent: 2 });
      await writeFile(auth, args.output, flags.key ? await sealed64(runtime, flags.key, plain) : plain);
      const warning =
        '\nWARNING: The file holds the secrets of the operator in the clear;\nwrite it with --key, or seal it with "nats auth nkey seal"';
      const verb = runtime.contract.plan ? 'Would write' : 'Wrote';
      return {
        data: { operator: operator.name, file: args.output, sealed },
        text: () => `${verb} backup for ${operator.name} to ${args.output}${sealed ? '' : `\n${warning}`}`,
      };
    });
  },
});

/** The pair of a curve seed in a file; fails with usage when it holds another. */
export async function curvePair(runtime: Runtime, path: string): Promise<KeyPair> {
  const seed = await findKey(runtime, path);
  if (!seed) throw fail('error', `could not find a valid key in ${path}`);
  const pair = await keyPairFromSeed(seed).finally(() => seed.fill(0));
  if (pair.kind === 'curve') return pair;
  throw fail('usage', 'invalid public key provided', { hint: 'nats auth nkey gen curve makes a key that seals' });
}

async function sealed64(runtime: Runtime, path: string, text: string): Promise<string> {
  const { seal } = await import('#crypto/xkeys.ts');
  const pair = await curvePair(runtime, path);
  return Buffer.from(await seal(pair, pair.publicKey, new TextEncoder().encode(text))).toString('base64');
}
