import fs, { type promises } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Files, FileWriter } from './runtime.ts';

const p = fs.promises;

/** The real file system. */
export const systemFiles: Omit<Files, 'cwd' | 'home'> = {
  readText: (path) => p.readFile(path, 'utf8'),
  readBytes: (path) => p.readFile(path),
  write: (path, data, mode = 0o644) => writeAtomic(path, data, mode),
  createNew: (path, data, mode = 0o644) =>
    p.writeFile(path, data, { mode, flag: 'wx' }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      },
    ),
  append: (path, data) => p.appendFile(path, data),
  stat: async (path) => {
    const s = await p.stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    if (!s) return undefined;
    const kind = s.isFile() ? 'file' : s.isDirectory() ? 'dir' : 'other';
    return { kind, size: s.size, mode: s.mode & 0o7777, mtime: s.mtimeMs };
  },
  list: (path) => p.readdir(path),
  mkdir: async (path, mode = 0o755) => {
    await p.mkdir(path, { recursive: true, mode });
  },
  remove: (path, options) => p.rm(path, { recursive: options?.recursive ?? false }),
  rename: (from, to) => p.rename(from, to),
  link: (target, path) => p.symlink(target, path),
  chmod: (path, mode) => p.chmod(path, mode),
  open: async (path) => fs.createReadStream(path, { highWaterMark: 512 * 1024 }) as AsyncIterable<Uint8Array>,
  create: (path, mode = 0o644) => createFile(path, mode),
  tempDir: (prefix) => p.mkdtemp(join(tmpdir(), prefix)),
};

let counter = 0;

async function writeAtomic(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  // Through a link to its target, so that a linked context stays a link.
  const target = await p.realpath(path).catch(() => path);
  const special = await p.stat(target).catch(() => undefined);
  if (special && !special.isFile()) return p.writeFile(target, data);
  const temp = join(dirname(target), `.${process.pid}.${counter++}.tmp`);
  try {
    await p.writeFile(temp, data, { mode, flag: 'wx' });
    await p.chmod(temp, mode);
    await p.rename(temp, target);
  } catch (error) {
    await p.rm(temp, { force: true });
    throw error;
  }
}

async function createFile(path: string, mode: number): Promise<FileWriter> {
  const handle: promises.FileHandle = await p.open(path, 'w', mode);
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
      await p.rm(path, { force: true });
    },
  };
}
