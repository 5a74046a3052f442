import { fail } from '#base/errors.ts';
import { list, obj, str } from '#cli/schema.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { createKeyPair, type KeyKind } from '#crypto/nkeys.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { openNsc } from '../nsc.ts';

export const nkeyFlags = {
  operator: { type: 'bool', short: 'o', help: 'Make an operator key' },
  account: { type: 'bool', short: 'a', help: 'Make an account key' },
  user: { type: 'bool', short: 'u', help: 'Make a user key' },
  curve: { type: 'bool', short: 'x', help: 'Make a curve key' },
  store: { type: 'bool', short: 'S', help: 'Keep the keys in the keystore and do not show the seeds' },
} as const satisfies FlagSpecs;

export const nkeyOutput = list(obj({ kind: str, public_key: str, 'seed?': str, 'path?': str }));

interface NkeyInput {
  readonly operator: boolean;
  readonly account: boolean;
  readonly user: boolean;
  readonly curve: boolean;
  readonly store: boolean;
}

const kinds = ['operator', 'account', 'user', 'curve'] as const satisfies readonly KeyKind[];

/** `nsc generate nkey`: makes a key of each kind asked for. */
export async function generateKeys(runtime: Runtime, flags: NkeyInput): Promise<void> {
  const wanted = kinds.filter((kind) => flags[kind]);
  if (wanted.length === 0) throw fail('usage', 'set --operator, --account, --user, or --curve');
  const nsc = await openNsc(runtime);
  const made: { kind: KeyKind; public_key: string; seed?: string; path?: string }[] = [];
  for (const kind of wanted) {
    const pair = await createKeyPair(kind, runtime.random(32));
    const shown = { kind, public_key: pair.publicKey };
    if (flags.store) made.push({ ...shown, path: await nsc.keys.put(pair) });
    else made.push({ ...shown, seed: new TextDecoder().decode(pair.seed()) });
    pair.wipe();
  }
  await nsc.commit();
  const text = () =>
    made.map((key) =>
      key.seed === undefined
        ? `${key.public_key}\n${key.kind} key stored ${key.path}\n\n`
        : `${key.seed}\n${key.public_key}\n\n`,
    );
  await runtime.show({ data: made, text });
}
