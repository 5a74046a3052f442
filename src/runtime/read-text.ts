/**
 * The text of a file; rejects as the runtime does, with the code of the system's error. Loading node:fs costs more
 * than everything else a one-shot command does before it connects, so Bun's own reader goes first. That one hands a
 * file that is not there to another thread to find out; mapping it finds out at once.
 */
export function readText(path: string): Promise<string> {
  if (typeof Bun === 'undefined') return import('node:fs').then((fs) => fs.promises.readFile(path, 'utf8'));
  try {
    Bun.mmap(path);
  } catch (error) {
    // An empty file and a pipe cannot be mapped either, but can be read.
    if ((error as { code?: unknown }).code === 'ENOENT') return Promise.reject(error);
  }
  return Bun.file(path).text();
}

/** The bytes of a file, in the same way. */
export async function readBytes(path: string): Promise<Uint8Array> {
  if (typeof Bun !== 'undefined') return Bun.file(path).bytes();
  return (await import('node:fs')).promises.readFile(path);
}
