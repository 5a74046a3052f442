/** Where account JWTs come from: memory, a folder that takes pushes, or a web address. */
import { isPublicKey } from '#crypto/nkeys.ts';
import type { ResolverOptions } from '../options.ts';

export interface Resolver {
  readonly kind: ResolverOptions['type'];
  /** The account's JWT; null when there is none. */
  fetch(account: string): Promise<string | null>;
  /** Keeps a JWT; absent when the resolver only reads. */
  readonly store: ((account: string, jwt: string) => Promise<void>) | null;
  /** Removes an account; absent when that is not allowed. */
  readonly remove: ((account: string) => Promise<void>) | null;
  list(): Promise<string[]>;
  /** Folder of a resolver that has one. */
  readonly dir: string;
}

export function memoryResolver(): Resolver {
  const held = new Map<string, string>();
  return {
    kind: 'memory',
    dir: '',
    fetch: async (account) => held.get(account) ?? null,
    store: async (account, jwt) => void held.set(account, jwt),
    remove: null,
    list: async () => [...held.keys()],
  };
}

/** One file `KEY.jwt` per account. A cache forgets what is older than its time to live. */
async function folderResolver(options: ResolverOptions): Promise<Resolver> {
  const fs = await import('node:fs');
  const dir = options.dir!;
  fs.mkdirSync(dir, { recursive: true, mode: 0o755 });
  const pathOf = (account: string): string => {
    // The key goes into a path: nothing else than a key may.
    if (!isPublicKey(account, 'account')) throw new Error('invalid account key');
    return `${dir}/${account}.jwt`;
  };
  const list = (): string[] =>
    fs
      .readdirSync(dir)
      .filter((f) => f.endsWith('.jwt'))
      .map((f) => f.slice(0, -4))
      .filter((k) => isPublicKey(k, 'account'));
  const ttl = options.type === 'cache' ? (options.ttl ?? 3_600_000) : 0;
  return {
    kind: options.type,
    dir,
    async fetch(account) {
      try {
        const path = pathOf(account);
        if (ttl > 0 && Date.now() - fs.statSync(path).mtimeMs > ttl) return null;
        return fs.readFileSync(path, 'utf8').trim();
      } catch {
        return null;
      }
    },
    async store(account, jwt) {
      const limit = options.limit ?? 0;
      if (limit > 0 && !fs.existsSync(pathOf(account)) && list().length >= limit) throw new Error('jwt store is full');
      const path = pathOf(account);
      const next = `${path}.${uniqueName()}`;
      fs.writeFileSync(next, jwt, { mode: 0o640 });
      fs.renameSync(next, path);
    },
    remove:
      options.allowDelete === true
        ? async (account) => {
            const path = pathOf(account);
            if (options.hardDelete === true) fs.rmSync(path);
            else fs.renameSync(path, `${path}.deleted`);
          }
        : null,
    list: async () => list(),
  };
}

let counter = 0;

function uniqueName(): string {
  return `${Date.now().toString(36)}${(counter++).toString(36)}`;
}

function urlResolver(base: string): Resolver {
  const root = base.endsWith('/') ? base : `${base}/`;
  return {
    kind: 'url',
    dir: '',
    async fetch(account) {
      try {
        const response = await fetch(root + account, { signal: AbortSignal.timeout(1900) });
        return response.ok ? (await response.text()).trim() : null;
      } catch {
        return null;
      }
    },
    store: null,
    remove: null,
    list: async () => [],
  };
}

export async function openResolver(options: ResolverOptions): Promise<Resolver> {
  if (options.type === 'url') return urlResolver(options.url!);
  if (options.type === 'memory') return memoryResolver();
  return folderResolver(options);
}
