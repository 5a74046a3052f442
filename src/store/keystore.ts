// Keys and creds: DIR/keys/K/SH/PUBLICKEY.nk holds a seed, DIR/creds/OPERATOR/ACCOUNT/USER.creds what a client needs.

import { utf8Text } from '#base/bytes.ts';
import { fail } from '#base/errors.ts';
import { dirname, join } from '#base/path.ts';
import { decodePublic, type KeyKind, type KeyPair, keyPairFromSeed } from '#crypto/nkeys.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { expandPath } from './dirs.ts';
import type { Disk } from './disk.ts';
import { checkName } from './names.ts';

/** A key as given or found: the pair when the seed is known, else the public half alone. */
export interface Key {
  readonly kind: KeyKind;
  readonly publicKey: string;
  readonly pair?: KeyPair;
}

/** The keys and creds of all operators. */
export interface KeyStore {
  readonly dir: string;
  /** What .gitignore holds. */
  readonly ignoreText: string;
  /** Where the seed of this public key is kept. */
  keyPath(publicKey: string): string;
  /** Whether there is a file for this key. */
  has(publicKey: string): Promise<boolean>;
  /** The pair of a public key; undefined when no seed is stored. Fails when what is stored is no key. */
  pair(publicKey: string): Promise<KeyPair | undefined>;
  /** Keeps a seed; the same seed may be kept again. Gives the path. */
  put(pair: KeyPair): Promise<string>;
  /** The same with the seed as text, known to be the one of this public key. */
  putSeed(publicKey: string, seed: string): Promise<string>;
  remove(publicKey: string): Promise<boolean>;
  credsPath(operator: string, account: string, user: string): string;
  putCreds(operator: string, account: string, user: string, creds: string): string;
  /** Public keys by the names of the files, in the order of the directories. */
  all(): Promise<string[]>;
}

// Compared byte by byte by those who check in a keystore's directory.
const IGNORE = '# ignore all nk files \n**/*.nk\n\n# ignore all creds files\n**/*.creds\n';

/** Opens the keystore; nothing is made before something is kept. */
export function openKeyStore(runtime: Runtime, disk: Disk, dir: string): KeyStore {
  const keyPath = (publicKey: string) =>
    join(dir, 'keys', publicKey.slice(0, 1), publicKey.slice(1, 3), `${publicKey}.nk`);
  let prepared = false;
  const prepare = async () => {
    if (prepared) return;
    prepared = true;
    disk.mkdir(join(dir, 'keys'));
    disk.mkdir(join(dir, 'creds'));
    if (runtime.env('NSC_NO_GIT_IGNORE') !== undefined) return;
    const ignore = join(dir, '.gitignore');
    if (!(await disk.has(ignore))) disk.write(ignore, IGNORE);
  };
  const isKey = (publicKey: string) => decodePublic(publicKey) !== undefined;
  const store: KeyStore = {
    dir,
    ignoreText: IGNORE,
    keyPath,
    has: async (publicKey) => isKey(publicKey) && disk.has(keyPath(publicKey)),
    async pair(publicKey) {
      if (!isKey(publicKey)) return undefined;
      const text = await disk.read(keyPath(publicKey));
      return text === undefined ? undefined : (await parseKey(text, keyPath(publicKey))).pair;
    },
    put: (pair) => store.putSeed(pair.publicKey, utf8Text(pair.seed())),
    async putSeed(publicKey, seed) {
      const path = keyPath(publicKey);
      const held = await disk.read(path);
      if (held !== undefined) {
        if (held.trim() !== seed) throw fail('conflict', `key \`${path}\` already exists and is different`);
        return path;
      }
      await prepare();
      disk.write(path, seed);
      return path;
    },
    async remove(publicKey) {
      if (!isKey(publicKey) || !(await disk.has(keyPath(publicKey)))) return false;
      const path = keyPath(publicKey);
      disk.remove(path);
      // The folder of two letters goes with its last key, as in the original.
      if ((await disk.list(dirname(path))).length === 0) disk.removeTree(dirname(path));
      return true;
    },
    credsPath: (operator, account, user) => join(dir, 'creds', operator, account, `${user}.creds`),
    putCreds(operator, account, user, creds) {
      checkName(operator, 'operator');
      checkName(account, 'account');
      checkName(user, 'user');
      const path = join(dir, 'creds', operator, account, `${user}.creds`);
      disk.write(path, creds);
      return path;
    },
    async all() {
      const found: string[] = [];
      const root = join(dir, 'keys');
      for (const kind of await disk.list(root)) {
        for (const shard of await disk.list(join(root, kind))) {
          for (const file of await disk.list(join(root, kind, shard))) {
            if (file.endsWith('.nk')) found.push(file.slice(0, -3));
          }
        }
      }
      return found;
    },
  };
  return store;
}

async function parseKey(text: string, path: string): Promise<Key> {
  const key = await keyOf(text);
  if (!key) throw fail('error', `\`${path}\` does not hold an nkey`);
  return key;
}

/** The key a text is, a seed or a public key; undefined for anything else. */
export async function keyOf(text: string): Promise<Key | undefined> {
  const bare = text.trim();
  const open = decodePublic(bare);
  if (open) return { kind: open.kind, publicKey: bare };
  const pair = await keyPairFromSeed(bare).catch(() => undefined);
  return pair && { kind: pair.kind, publicKey: pair.publicKey, pair };
}

/** The key that is given as itself or as the file that holds it; undefined when it is neither. Never put in messages. */
export async function resolveKey(runtime: Runtime, disk: Disk, given: string): Promise<Key | undefined> {
  const key = await keyOf(given);
  if (key || given === '') return key;
  if (given.startsWith('~') && !/^~($|[/\\])/.test(given)) return undefined;
  const path = expandPath(runtime, given);
  const text = await disk.read(path).catch(() => undefined);
  return text === undefined ? undefined : parseKey(text, path);
}
