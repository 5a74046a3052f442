import { join } from 'node:path';
import { fail } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { type KeyKind, keyPairFromSeed } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { readFile } from '#runtime/key-files.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { checkName } from '#store/names.ts';
import { createStore, type Store } from '#store/store.ts';
import { type Auth, change } from '../session.ts';
import { refuseKnown } from './add.ts';
import { curvePair } from './backup.ts';
import { operatorOutcome, operatorOutput } from './show.ts';

/** `nats auth operator restore` */
export const command = defineCommand({
  name: 'restore',
  help: 'Bring an operator back from a backup\n\nTokens and names stay as they were.',
  args: {
    name: { type: 'string', required: true, help: 'Name of the operator' },
    input: { type: 'string', required: true, help: 'File to read' },
  },
  flags: { key: { type: 'string', help: 'File with the seed of the curve key the backup was sealed with' } },
  tags: { scope: 'system', impact: 'rw' },
  output: operatorOutput,
  async run({ args, flags }, runtime) {
    await change(runtime, async (auth, runtime) => {
      await refuseKnown(auth, args.name);
      const backup = read(await opened(runtime, args.input, flags.key));
      const { name } = backup;
      checkName(name, 'operator');
      await refuseKnown(auth, name);
      if (name !== args.name) runtime.err.line(`The backup is of operator ${name}, and is restored under that name`);
      const claims = await decodeAs(backup.token, 'operator');
      const store = createStore(auth.disk, join(auth.dir, name), false);
      store.putOperator(backup.token);
      await keepSeed(auth, backup.key, 'operator');
      for (const key of backup.signingKeys) await keepSeed(auth, key, 'operator');
      for (const account of backup.accounts) await restoreAccount(auth, store, account);
      return operatorOutcome(runtime, { name, store, claims });
    });
  },
});

async function opened(runtime: Runtime, path: string, key: string | undefined): Promise<string> {
  const bytes = await readFile(runtime, path);
  const text = new TextDecoder().decode(bytes);
  if (!key) return text;
  const { open } = await import('#crypto/xkeys.ts');
  const pair = await curvePair(runtime, key);
  const sealed = new Uint8Array(Buffer.from(text, 'base64'));
  return new TextDecoder().decode(await open(pair, pair.publicKey, sealed));
}

interface Item {
  readonly name: string;
  readonly token: string;
  /** The seed; empty when the backup has none. */
  readonly key: string;
  readonly signingKeys: readonly string[];
  readonly accounts: readonly Item[];
  readonly users: readonly Item[];
}

function read(text: string): Item {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw fail('error', 'unmarshal failed: the file is no JSON', { hint: 'a sealed backup needs --key' });
  }
  return itemOf(value, 'the backup');
}

function itemOf(value: unknown, at: string): Item {
  const { name, token, key, signingKeys, accounts, users } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof token !== 'string') {
    throw fail('error', `unmarshal failed: ${at} has no name or token`);
  }
  const items = (list: unknown) => (Array.isArray(list) ? list.map((one) => itemOf(one, `an entry of ${name}`)) : []);
  const keys = Array.isArray(signingKeys) ? signingKeys.map(seedOf) : [];
  return { name, token, key: seedOf(key), signingKeys: keys, accounts: items(accounts), users: items(users) };
}

function seedOf(value: unknown): string {
  const seed = (value as { key?: unknown } | null | undefined)?.key;
  return typeof seed === 'string' ? seed : '';
}

async function keepSeed(auth: Auth, seed: string, kind: KeyKind, owner?: string): Promise<void> {
  if (seed === '') return;
  const pair = await keyPairFromSeed(seed);
  if (pair.kind !== kind || (owner !== undefined && pair.publicKey !== owner)) {
    throw fail('error', `the backup holds a key of kind ${pair.kind} where that of ${owner ?? `an ${kind}`} belongs`);
  }
  await auth.keys.put(pair);
  pair.wipe();
}

async function restoreAccount(auth: Auth, store: Store, account: Item): Promise<void> {
  const { sub } = await decodeAs(account.token, 'account');
  store.putAccount(account.name, account.token);
  await keepSeed(auth, account.key, 'account', sub);
  for (const key of account.signingKeys) await keepSeed(auth, key, 'account');
  for (const user of account.users) {
    const claims = await decodeAs(user.token, 'user');
    store.putUser(account.name, user.name, user.token);
    await keepSeed(auth, user.key, 'user', claims.sub);
  }
}
