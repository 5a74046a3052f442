// As much of the file system as a one-shot command needs without node:fs, whose loading costs more than all else it does.
// Bun's asynchronous ways are no help: they start threads. Mapping a file, asking for its time and matching a folder's
// names do neither. What writes, or reads several files, calls the C library (c-library.ts). Whatever these cannot tell is
// left to node:fs, and so is everything after the first dozens of calls: then it pays.
import { utf8Text } from '#base/bytes.ts';
import type { CFiles } from './c-library.ts';
import type { Files } from './runtime.ts';

/** Larger files are left to node:fs or another thread; bytes. */
export const SMALL = 64 * 1024;
/** Calls until node:fs is worth its loading. */
const FEW = 60;
/** The time of change that Bun gives for what it cannot look at. */
const NO_TIME = 2 ** 52 - 1;

let counter = 0;

/** A name for a file beside `path`, that takes its place when it is complete. */
export function nameBeside(path: string): string {
  const name = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  return `${path.slice(0, name)}.${process.pid}.${counter++}.tmp`;
}

/** What mapping a file tells at once: its bytes, or that it is certainly not there; undefined when it cannot tell. */
type Mapped = { readonly bytes: Uint8Array } | { readonly missing: unknown } | undefined;

function mapped(path: string): Mapped {
  if (typeof Bun === 'undefined') return undefined;
  try {
    return { bytes: Bun.mmap(path) };
  } catch (error) {
    // An empty file and a pipe cannot be mapped either, but can be read.
    return isMissing(error) ? { missing: error } : undefined;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Whether there is certainly no such file; false also means that nobody knows. */
export function fileIsMissing(path: string): boolean {
  const found = mapped(path);
  return found !== undefined && 'missing' in found;
}

/** Whether something is there; undefined when only node:fs can tell. */
function isThere(path: string): boolean | undefined {
  if (Bun.file(path).lastModified !== NO_TIME) return true;
  return fileIsMissing(path) ? false : undefined;
}

/** The names in a folder but those of pipes and sockets; undefined when only node:fs can tell. Throws when it is missing. */
function namesIn(path: string): string[] | undefined {
  try {
    return Array.from(new Bun.Glob('*').scanSync({ cwd: path, onlyFiles: false, dot: true }));
  } catch (error) {
    if (isMissing(error)) throw error;
    return undefined;
  }
}

/**
 * The folders in a folder that hold something of that name, found without a call for each; undefined when only node:fs can
 * tell, as where one of them may not be opened, or the name would be a pattern.
 */
function foldersWith(path: string, name: string): string[] | undefined {
  if ([...'*?[]{}!\\'].some((special) => name.includes(special))) return undefined;
  try {
    const options = { cwd: path, onlyFiles: false, dot: true, followSymlinks: true };
    const found = Array.from(new Bun.Glob(`*/${name}`).scanSync(options));
    return found.map((one) => one.slice(0, -name.length - 1));
  } catch (error) {
    if (isMissing(error)) throw error;
    return undefined;
  }
}

/** The error of what is not there, as the runtime gives it. */
function missingError(path: string, code: string, syscall: 'open' | 'scandir'): Error {
  const what = code === 'ENOENT' ? 'no such file or directory' : 'not a directory';
  return Object.assign(new Error(`${code}: ${what}, ${syscall} '${path}'`), { code, syscall, path });
}

/** What is done with the file system, by the lean ways while they pay; `load` gives the ways of node:fs. */
export function leanFiles(load: () => Promise<Omit<Files, 'cwd' | 'home'>>) {
  let left = typeof Bun === 'undefined' ? 0 : FEW;
  let real: ReturnType<typeof load> | undefined;
  let c: CFiles | undefined;
  let asked = false;
  /** The C library, which pays from the first thing that is written, or when several files are read. */
  const cFiles = async (): Promise<CFiles | undefined> => {
    if (!asked) c = (await import('./c-library.ts')).openCLibrary();
    asked = true;
    return c;
  };
  /** The bytes of a small file; undefined where another way has to tell. Throws when it is certainly not there. */
  const small = (path: string): Uint8Array | undefined => {
    if (!c) {
      const found = mapped(path);
      if (found && 'missing' in found) throw found.missing;
      // A copy: what is mapped changes with the file.
      return found && found.bytes.length <= SMALL ? found.bytes.slice() : undefined;
    }
    const there = c.stat(path);
    if (there?.missing !== undefined) throw missingError(path, there.missing, 'open');
    return there?.type === 'file' ? c.read(path, there.size) : undefined;
  };
  const thereIs = (path: string): boolean | undefined => {
    if (!c) return isThere(path);
    const there = c.stat(path);
    return there && there.missing === undefined;
  };
  const namesOf = (path: string): string[] | undefined => {
    if (!c) return namesIn(path);
    const there = c.stat(path);
    if (there?.missing !== undefined) throw missingError(path, there.missing, 'scandir');
    return c.names(path);
  };
  const namesWith = (path: string, name: string): string[] | undefined => {
    if (!c) return foldersWith(path, name);
    const names = namesOf(path);
    // Of many folders a pattern finds them faster.
    return (
      names && (names.length > FEW ? foldersWith(path, name) : names.filter((one) => thereIs(`${path}/${one}/${name}`)))
    );
  };
  return {
    /** node:fs, and from now on it alone: loaded, it is the faster way. */
    full: () => {
      left = 0;
      real ??= load();
      return real;
    },
    async forSeveral(): Promise<void> {
      if (left > 0) await cFiles();
    },
    async readText(path: string): Promise<string> {
      if (left-- <= 0) return (await this.full()).readText(path);
      const bytes = small(path);
      if (bytes) return utf8Text(bytes);
      return c ? (await this.full()).readText(path) : Bun.file(path).text();
    },
    async readBytes(path: string): Promise<Uint8Array> {
      if (left-- <= 0) return (await this.full()).readBytes(path);
      return small(path) ?? (c ? (await this.full()).readBytes(path) : Bun.file(path).bytes());
    },
    async exists(path: string): Promise<boolean> {
      return (left-- > 0 ? thereIs(path) : undefined) ?? (await this.full()).exists(path);
    },
    async list(path: string): Promise<string[]> {
      return (left-- > 0 ? namesOf(path) : undefined) ?? (await this.full()).list(path);
    },
    async listWith(path: string, name: string): Promise<string[]> {
      return (left-- > 0 ? namesWith(path, name) : undefined) ?? (await this.full()).listWith(path, name);
    },
    async write(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
      if (left-- > 0 && (await cFiles())?.replace(path, data, mode)) return;
      await (await this.full()).write(path, data, mode);
    },
    async createNew(path: string, data: string | Uint8Array, mode = 0o644): Promise<boolean> {
      return (
        (left-- > 0 && (await cFiles())?.create(path, data, mode)) || (await this.full()).createNew(path, data, mode)
      );
    },
    async remove(path: string, options?: { recursive?: boolean }): Promise<void> {
      if (left-- > 0 && !options?.recursive && (await cFiles())?.remove(path)) return;
      await (await this.full()).remove(path, options);
    },
  };
}
