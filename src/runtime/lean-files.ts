// Reading as much as a one-shot command needs without node:fs, whose loading costs more than everything else it does.
// Bun's asynchronous ways are no help: they start threads. Mapping a file, asking for its time and matching a folder's
// names do neither. Whatever these cannot tell is left to node:fs, and so is everything after the first dozens of
// calls: then it pays, and no more maps are made.
import { utf8Text } from '#base/bytes.ts';
import type { Files } from './runtime.ts';

/** Larger files are read in another thread; bytes. */
const SMALL = 64 * 1024;
/** Calls until node:fs is worth its loading. */
const FEW = 60;
/** The time of change that Bun gives for what it cannot look at. */
const NO_TIME = 2 ** 52 - 1;

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

/** The text of a small file; rejects as the runtime does, with the code of the system's error. */
function readSmall(path: string): Promise<string> {
  const found = mapped(path);
  if (found === undefined || ('bytes' in found && found.bytes.length > SMALL)) return Bun.file(path).text();
  if ('missing' in found) return Promise.reject(found.missing);
  return Promise.resolve(utf8Text(found.bytes));
}

/** What is read of the file system, by the lean ways while they pay; `load` gives the ways of node:fs. */
export function leanFiles(load: () => Promise<Omit<Files, 'cwd' | 'home'>>) {
  let left = typeof Bun === 'undefined' ? 0 : FEW;
  let real: ReturnType<typeof load> | undefined;
  return {
    /** node:fs, and from now on it alone: loaded, it is the faster way. */
    full: () => {
      left = 0;
      real ??= load();
      return real;
    },
    async readText(path: string): Promise<string> {
      return left-- > 0 ? readSmall(path) : (await this.full()).readText(path);
    },
    async readBytes(path: string): Promise<Uint8Array> {
      const found = left-- > 0 ? mapped(path) : undefined;
      if (found === undefined || ('bytes' in found && found.bytes.length > SMALL)) {
        return typeof Bun === 'undefined' ? (await this.full()).readBytes(path) : Bun.file(path).bytes();
      }
      if ('missing' in found) throw found.missing;
      // A copy: what is mapped changes with the file.
      return found.bytes.slice();
    },
    async exists(path: string): Promise<boolean> {
      return (left-- > 0 ? isThere(path) : undefined) ?? (await this.full()).exists(path);
    },
    async list(path: string): Promise<string[]> {
      return (left-- > 0 ? namesIn(path) : undefined) ?? (await this.full()).list(path);
    },
    async listWith(path: string, name: string): Promise<string[]> {
      return (left-- > 0 ? foldersWith(path, name) : undefined) ?? (await this.full()).listWith(path, name);
    },
  };
}
