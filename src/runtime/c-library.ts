// Small files through the C library, which the process has loaded anyway: for a command that looks at more than a few files
// this costs a third of loading node:fs (docs/performance.md). Only what goes well is done here. Where anything is unusual
// the answer is undefined or false, nothing has changed, and node:fs does it again and tells what is wrong.
import { nameBeside, SMALL } from './lean-files.ts';

/** The part of Bun's foreign functions that is used. Arrays are passed as pointers and live as long as the call. */
interface Foreign {
  dlopen(library: string, symbols: Readonly<Record<string, { args: string[]; returns: string }>>): { symbols: unknown };
  readonly CString: new (pointer: number) => unknown;
  readonly read: { i32(pointer: number): number };
}

interface CFunctions {
  statx(folder: number, path: Uint8Array, flags: number, mask: number, into: Uint8Array): number;
  __errno_location(): number;
  open(path: Uint8Array, flags: number, mode: number): number;
  read(fd: number, into: Uint8Array, length: number): number;
  write(fd: number, bytes: Uint8Array, length: number): number;
  close(fd: number): number;
  rename(from: Uint8Array, to: Uint8Array): number;
  unlink(path: Uint8Array): number;
  readlink(path: Uint8Array, into: Uint8Array, length: number): number;
  opendir(path: Uint8Array): number;
  readdir(folder: number): number;
  closedir(folder: number): number;
}

const SYMBOLS = {
  statx: { args: ['i32', 'ptr', 'i32', 'u32', 'ptr'], returns: 'i32' },
  __errno_location: { args: [], returns: 'ptr' },
  open: { args: ['ptr', 'i32', 'u32'], returns: 'i32' },
  read: { args: ['i32', 'ptr', 'u64'], returns: 'i32' },
  write: { args: ['i32', 'ptr', 'u64'], returns: 'i32' },
  close: { args: ['i32'], returns: 'i32' },
  rename: { args: ['ptr', 'ptr'], returns: 'i32' },
  unlink: { args: ['ptr'], returns: 'i32' },
  readlink: { args: ['ptr', 'ptr', 'u64'], returns: 'i32' },
  opendir: { args: ['ptr'], returns: 'ptr' },
  readdir: { args: ['ptr'], returns: 'ptr' },
  closedir: { args: ['ptr'], returns: 'i32' },
};

// Of Linux, the same on x64 and arm64, for glibc and musl.
const AT_FDCWD = -100;
const STATX_FACTS = 0x21b; // type, mode, uid, gid, size
const UID_AT = 20;
const GID_AT = 24;
const MODE_AT = 28;
const SIZE_AT = 40;
const DIRENT_NAME = 19;
const CLOEXEC = 0o2000000;
const NEW_FILE = 0o1 | 0o100 | 0o200 | CLOEXEC;
const codes: Readonly<Record<number, string>> = { 2: 'ENOENT', 20: 'ENOTDIR' };

/** What stands at a path: `missing` with the code of the system's error, or what it is after its links, size in bytes. */
type Standing =
  | { readonly missing: string }
  | {
      readonly missing?: undefined;
      readonly type: 'file' | 'dir' | 'other';
      readonly size: number;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    };

/** Whether what stands there is a file as one of ours would be: another's owner, group and mode are kept by node:fs. */
function isLikeOurs(there: Exclude<Standing, { readonly missing: string }>, mode: number): boolean {
  if (there.type !== 'file' || there.mode !== mode) return false;
  return there.uid === process.geteuid?.() && there.gid === process.getegid?.();
}

/** Small files by way of the C library. */
export type CFiles = NonNullable<ReturnType<typeof openCLibrary>>;

/** The C library of Linux; undefined elsewhere, under Node, and where the system refuses code made at run time. */
export function openCLibrary() {
  if (process.platform !== 'linux' || typeof Bun === 'undefined') return undefined;
  const { FFI } = Bun as unknown as { FFI: Foreign };
  let c: CFunctions;
  try {
    c = FFI.dlopen('libc.so.6', SYMBOLS).symbols as CFunctions;
  } catch {
    return undefined;
  }
  const utf8 = new TextEncoder();
  const facts = new Uint8Array(256);
  const view = new DataView(facts.buffer);
  /** A path as C has it; empty, which is no path, where it could not be passed on whole. */
  const cPath = (path: string) => utf8.encode(path.includes('\0') ? '\0' : `${path}\0`);

  const stat = (path: string): Standing | undefined => {
    if (c.statx(AT_FDCWD, cPath(path), 0, STATX_FACTS, facts) !== 0) {
      const code = codes[FFI.read.i32(c.__errno_location())];
      return code === undefined || path === '' || path.includes('\0') ? undefined : { missing: code };
    }
    const mode = view.getUint16(MODE_AT, true);
    const type = mode & 0o170000;
    const size = view.getUint32(SIZE_AT, true) + view.getUint32(SIZE_AT + 4, true) * 2 ** 32;
    return {
      type: type === 0o100000 ? 'file' : type === 0o040000 ? 'dir' : 'other',
      size,
      mode: mode & 0o7777,
      uid: view.getUint32(UID_AT, true),
      gid: view.getUint32(GID_AT, true),
    };
  };

  /** The bytes of a file of that size; undefined where it is empty, as files of the system seem, or has changed. */
  const read = (path: string, size: number): Uint8Array | undefined => {
    if (size === 0 || size > SMALL) return undefined;
    const fd = c.open(cPath(path), CLOEXEC, 0);
    if (fd < 0) return undefined;
    const bytes = new Uint8Array(size + 1);
    const length = c.read(fd, bytes, size + 1);
    c.close(fd);
    return length === size ? bytes.subarray(0, size) : undefined;
  };

  /** Whether a file that was not there is now, with these bytes. */
  const create = (path: string, data: string | Uint8Array, mode: number): boolean => {
    const bytes = typeof data === 'string' ? utf8.encode(data) : data;
    if (bytes.length > SMALL) return false;
    const name = cPath(path);
    const fd = c.open(name, NEW_FILE, mode);
    if (fd < 0) return false;
    const written = bytes.length === 0 || c.write(fd, bytes, bytes.length) === bytes.length;
    if (c.close(fd) === 0 && written) return true;
    c.unlink(name);
    return false;
  };

  return {
    stat,
    read,
    create,
    /** The names in a folder; undefined when it is none, or cannot be read. */
    names(path: string): string[] | undefined {
      const folder = c.opendir(cPath(path));
      if (!folder) return undefined;
      const names: string[] = [];
      for (let entry = c.readdir(folder); entry; entry = c.readdir(folder)) {
        const name = String(new FFI.CString(entry + DIRENT_NAME));
        if (name !== '.' && name !== '..') names.push(name);
      }
      c.closedir(folder);
      return names;
    },
    /** Whether a file that is for its owner alone has these bytes: the old or the new ones for whoever reads meanwhile. */
    replace(path: string, data: string | Uint8Array, mode: number): boolean {
      const name = cPath(path);
      // What others may do needs more than one call; a link is written through.
      if ((mode & 0o077) !== 0 || c.readlink(name, facts, 1) >= 0) return false;
      const there = stat(path);
      if (there === undefined || (there.missing === undefined && !isLikeOurs(there, mode))) return false;
      const temp = nameBeside(path);
      if (!create(temp, data, mode)) return false;
      const beside = cPath(temp);
      if (c.rename(beside, name) === 0) return true;
      c.unlink(beside);
      return false;
    },
    /** Whether something that is no folder was there and is gone. */
    remove: (path: string): boolean => c.unlink(cPath(path)) === 0,
  };
}
