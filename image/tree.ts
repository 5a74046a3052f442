// A file system tree in memory, with the name of the package each file came from.
import { byPath, type Entry } from './tar.ts';

/** A tree under construction. Later entries replace earlier ones of the same path; missing folders are made. */
export interface Tree {
  add(entry: Entry, owner: string): void;
  file(path: string, data: Uint8Array | string, owner: string, mode?: number): void;
  dir(path: string, mode?: number, uid?: number, gid?: number): void;
  link(path: string, target: string, owner: string): void;
  has(path: string): boolean;
  get(path: string): Entry | undefined;
  /** Package of a path; undefined for folders. */
  owner(path: string): string | undefined;
  /** Every entry, sorted by path, folders included. */
  entries(): Entry[];
}

const MERGED = /^(bin|sbin|lib|lib64)\//;

/** An empty tree. Paths under /bin, /sbin, /lib and /lib64 go to /usr, as Debian's merged layout has it. */
export function createTree(): Tree {
  const all = new Map<string, Entry>();
  const owners = new Map<string, string>();
  const place = (path: string) => (MERGED.test(path) ? `usr/${path}` : path);
  const parents = (path: string) => {
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      const parent = path.slice(0, at);
      if (!all.has(parent)) all.set(parent, { path: parent, type: 'dir', mode: 0o755, uid: 0, gid: 0 });
    }
  };
  const add = (entry: Entry, owner: string) => {
    const path = place(entry.path);
    if (entry.type === 'dir' && all.has(path)) return;
    parents(path);
    all.set(path, { ...entry, path });
    if (entry.type === 'dir') owners.delete(path);
    else owners.set(path, owner);
  };
  return {
    add,
    file: (path, data, owner, mode = 0o644) => {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      add({ path, type: 'file', mode, uid: 0, gid: 0, data: bytes }, owner);
    },
    dir: (path, mode = 0o755, uid = 0, gid = 0) => {
      parents(path);
      all.set(path, { path, type: 'dir', mode, uid, gid });
    },
    link: (path, target, owner) => add({ path, type: 'link', mode: 0o777, uid: 0, gid: 0, target }, owner),
    has: (path) => all.has(place(path)),
    get: (path) => all.get(place(path)),
    owner: (path) => owners.get(place(path)),
    entries: () => [...all.values()].sort(byPath),
  };
}
