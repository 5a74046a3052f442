// What a command writes is collected and written at its end, so that a command that fails leaves everything as it was
// and `--plan` can say what would happen. Reads see what was collected.

import { fail, messageOf } from '#base/errors.ts';
import { dirname } from '#base/path.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { writeFailed } from './write-failed.ts';

/** One change of the file system, in the order it will be made. */
export type FileChange =
  | { readonly action: 'write'; readonly path: string; readonly text: string; readonly mode: number }
  | { readonly action: 'remove'; readonly path: string; readonly tree: boolean }
  | { readonly action: 'rename'; readonly path: string; readonly to: string }
  | { readonly action: 'mkdir'; readonly path: string };

/** The file system of one command. Directories are made 0700 as needed. */
export interface Disk {
  /** The text of a file; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  has(path: string): Promise<boolean>;
  /** Sorted names in a directory; none when there is no such directory. */
  list(path: string): Promise<string[]>;
  /** Sorted names of the directories in one that have an entry of that name; what was collected does not count. */
  listWith(path: string, name: string): Promise<string[]>;
  /** Default mode 0600. */
  write(path: string, text: string, mode?: number): void;
  mkdir(path: string): void;
  remove(path: string): void;
  removeTree(path: string): void;
  /** Reads of this command do not see it. */
  rename(path: string, to: string): void;
  readonly pending: readonly FileChange[];
  /** Whether everything that was read is still the same; of a disk that remembers it. */
  isUnchanged(): Promise<boolean>;
  /** Makes the changes, in order, and forgets them. */
  commit(): Promise<void>;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

/** The disk of this command. `remember` keeps what is read, for isUnchanged. */
export function openDisk(runtime: Runtime, { remember = false } = {}): Disk {
  const { files } = runtime;
  const seen = new Map<string, string | boolean | undefined>();
  const see = <T extends string | boolean | undefined>(path: string, found: T): T => {
    if (remember && typeof seen.get(path) !== 'string') seen.set(path, found);
    return found;
  };
  let pending: FileChange[] = [];
  const written = new Map<string, string | undefined>();
  const trees: string[] = [];
  const there = (path: string) =>
    files.exists(path).catch((error: unknown) => {
      if (isMissing(error)) return false;
      // What may not be looked at is there: reading it says why it cannot be used, and nothing else stops for it.
      if ((error as NodeJS.ErrnoException).code === 'EACCES') return true;
      throw error;
    });
  const gone = (path: string) => trees.some((tree) => path === tree || path.startsWith(`${tree}/`));
  const drop = (path: string, tree: boolean) => {
    written.set(path, undefined);
    if (tree) {
      trees.push(path);
      for (const at of written.keys()) if (at.startsWith(`${path}/`)) written.delete(at);
    }
    pending.push({ action: 'remove', path, tree });
  };
  return {
    async read(path) {
      if (written.has(path)) return written.get(path);
      if (gone(path)) return undefined;
      try {
        return see(path, await files.readText(path));
      } catch (error) {
        if (isMissing(error)) return see(path, undefined);
        throw fail('error', `error reading \`${path}\`: ${messageOf(error)}`);
      }
    },
    async has(path) {
      if (written.has(path)) return written.get(path) !== undefined;
      return !gone(path) && see(path, await there(path));
    },
    async list(path) {
      const real = gone(path) ? [] : await files.list(path).catch(emptyWhenMissing);
      const names = new Set(real.filter((name) => !written.has(`${path}/${name}`) && !gone(`${path}/${name}`)));
      for (const [at, text] of written) {
        if (text === undefined || !at.startsWith(`${path}/`)) continue;
        names.add(at.slice(path.length + 1).split('/')[0] as string);
      }
      return [...names].sort();
    },
    listWith: async (path, name) => (await files.listWith(path, name)).sort(),
    write(path, text, mode = 0o600) {
      written.set(path, text);
      pending.push({ action: 'write', path, text, mode });
    },
    mkdir: (path) => void pending.push({ action: 'mkdir', path }),
    remove: (path) => drop(path, false),
    removeTree: (path) => drop(path, true),
    rename: (path, to) => void pending.push({ action: 'rename', path, to }),
    get pending() {
      return pending;
    },
    async isUnchanged() {
      for (const [path, before] of seen) {
        if (typeof before === 'boolean' || before === undefined) {
          if ((await there(path)) !== (before ?? false)) return false;
        } else if ((await files.readText(path).catch(() => undefined)) !== before) return false;
      }
      return true;
    },
    async commit() {
      const changes = pending;
      pending = [];
      await applyChanges(runtime, changes);
      written.clear();
      trees.length = 0;
    },
  };
}

function emptyWhenMissing(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw fail('error', messageOf(error));
}

async function applyChanges({ files }: Runtime, changes: readonly FileChange[]): Promise<void> {
  const made = new Set<string>();
  const makeDir = async (path: string) => {
    if (made.has(path)) return;
    await files.mkdir(path, 0o700);
    made.add(path);
  };
  for (const change of changes) {
    try {
      if (change.action === 'mkdir') await makeDir(change.path);
      else if (change.action === 'remove') {
        if (change.tree) made.clear();
        await files.remove(change.path, { recursive: change.tree });
      } else if (change.action === 'rename') await files.rename(change.path, change.to);
      else {
        await files.write(change.path, change.text, change.mode).catch(async (error: unknown) => {
          // Most folders are there: only a miss is worth looking.
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
          await makeDir(dirname(change.path));
          await files.write(change.path, change.text, change.mode);
        });
      }
    } catch (error) {
      if (change.action === 'remove' && isMissing(error)) continue;
      throw writeFailed(change.path, error);
    }
  }
}
