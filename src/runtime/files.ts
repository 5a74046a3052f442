import type Fs from 'node:fs';
import { join } from '#base/path.ts';
import { nameBeside } from './lean-files.ts';
import type { Files, FileWriter } from './runtime.ts';

// An import statement would read every export of the module, and Node loads streams and readline with some of them.
const fs = process.getBuiltinModule('node:fs');

/**
 * The real file system. Small things are done at once: for a one-shot command the threads behind the asynchronous calls
 * cost more CPU (2-4 ms) than all it reads. Whole files of any size and streams stay asynchronous.
 */
export const systemFiles: Omit<Files, 'cwd' | 'home'> = {
  readText: async (path) => {
    const text = readWhole(path);
    // The byte order mark that some editors write is no text.
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  },
  readBytes: (path) => fs.promises.readFile(path),
  write: async (path, data, mode = 0o644) => writeAtomic(path, data, mode),
  createNew: async (path, data, mode = 0o644) => {
    try {
      fs.writeFileSync(path, data, { mode, flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  },
  append: (path, data) => fs.promises.appendFile(path, data),
  stat: async (path) => {
    const s = statOf(path);
    if (!s) return undefined;
    const kind = s.isFile() ? 'file' : s.isDirectory() ? 'dir' : 'other';
    return { kind, size: s.size, mode: s.mode & 0o7777, mtime: s.mtimeMs };
  },
  forSeveral: async () => undefined,
  // What is there is found without making all the facts of a file; what seems not to be may only be hidden.
  exists: async (path) => fs.existsSync(path) || statOf(path) !== undefined,
  list: async (path) => fs.readdirSync(path),
  listWith: async (path, name) => fs.readdirSync(path).filter((below) => fs.existsSync(join(path, below, name))),
  mkdir: async (path, mode = 0o755) => {
    fs.mkdirSync(path, { recursive: true, mode });
  },
  remove: async (path, options) => (options?.recursive ? fs.rmSync(path, { recursive: true }) : fs.unlinkSync(path)),
  rename: async (from, to) => fs.renameSync(from, to),
  link: async (target, path) => fs.symlinkSync(target, path),
  chmod: async (path, mode) => fs.chmodSync(path, mode),
  open: async (path, { here = false } = {}) => {
    if (!statOf(path)?.isFile()) return fs.createReadStream(path);
    return here ? blocksHere(path) : fileBlocks(path);
  },
  create: (path, mode = 0o644) => createFile(path, mode),
  tempDir: async (prefix) => fs.mkdtempSync(join(process.getBuiltinModule('node:os').tmpdir(), prefix)),
};

/** Bytes of a block that is read. */
const BLOCK = 512 * 1024;

/** The bytes of a file. Two blocks of memory serve it all: one is read by another thread while the other is used. */
async function* fileBlocks(path: string): AsyncGenerator<Uint8Array> {
  const handle = await fs.promises.open(path, 'r');
  let here = new Uint8Array(BLOCK);
  let there = new Uint8Array(BLOCK);
  let reading = handle.read(here, 0, BLOCK, null);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      reading = handle.read(there, 0, BLOCK, null);
      reading.catch(() => undefined);
      yield here.subarray(0, bytesRead);
      [here, there] = [there, here];
    }
  } finally {
    await reading.catch(() => undefined);
    await handle.close();
  }
}

/** The same without another thread, whose waking costs more than the copy. */
async function* blocksHere(path: string): AsyncGenerator<Uint8Array> {
  const fd = fs.openSync(path, 'r');
  const block = new Uint8Array(BLOCK);
  try {
    for (let got = -1; got !== 0; ) {
      got = fs.readSync(fd, block, 0, BLOCK, null);
      if (got > 0) yield block.subarray(0, got);
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** The text of a file; the error of a folder names it. */
function readWhole(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}

function statOf(path: string): Fs.Stats | undefined {
  try {
    return fs.statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function writeAtomic(path: string, data: string | Uint8Array, mode: number): void {
  // Through a link to its target, so that a linked context stays a link.
  const link = fs.lstatSync(path, { throwIfNoEntry: false });
  const isLink = link?.isSymbolicLink() === true;
  const there = isLink ? statOf(path) : link;
  const target = isLink && there ? fs.realpathSync(path) : path;
  if (there && !there.isFile()) {
    fs.writeFileSync(target, data);
    return;
  }
  const temp = nameBeside(target);
  try {
    const foreign = there !== undefined && !isOurs(there);
    // What is protected from us stays as it is, although a rename would get by.
    if (there && (foreign || (there.mode & 0o200) === 0)) fs.accessSync(target, fs.constants.W_OK);
    fs.writeFileSync(temp, data, { mode, flag: 'wx' });
    if (foreign && !handOver(temp, there)) {
      fs.rmSync(temp);
      fs.writeFileSync(target, data);
      return;
    }
    // Masks take away what others may do, never what the owner may. What somebody allowed for a file stays allowed.
    const wanted = there ? there.mode & 0o7777 : mode;
    if (wanted !== mode || (mode & 0o077) !== 0) fs.chmodSync(temp, wanted);
    fs.renameSync(temp, target);
  } catch (error) {
    try {
      fs.rmSync(temp, { force: true });
    } catch {
      // A folder that is none: the first error says so.
    }
    // The file that was asked for is what people know.
    throw Object.assign(error as Error, { path });
  }
}

/** Whether a file has the owner and the group of what we make. */
function isOurs({ uid, gid }: Fs.Stats): boolean {
  return process.geteuid === undefined || (uid === process.geteuid() && gid === process.getegid?.());
}

/** Gives a file the owner and group of another: who reads creds that root renews reads them after it too. */
function handOver(path: string, { uid, gid }: Fs.Stats): boolean {
  try {
    fs.chownSync(path, uid, gid);
    return true;
  } catch {
    return false;
  }
}

async function createFile(path: string, mode: number): Promise<FileWriter> {
  const handle: Fs.promises.FileHandle = await fs.promises.open(path, 'w', mode);
  return {
    write: async (chunk) => {
      await handle.writev([chunk]);
    },
    close: async () => {
      await handle.sync().catch(() => undefined);
      await handle.close();
    },
    abort: async () => {
      await handle.close();
      await fs.promises.rm(path, { force: true });
    },
  };
}
