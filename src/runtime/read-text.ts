/**
 * The system's error when there is no such file. Loading node:fs costs more than everything else a one-shot command does
 * before it connects, and where Bun reads a file another thread has to find out; mapping it finds out at once.
 */
function absence(path: string): unknown {
  if (typeof Bun === 'undefined') return undefined;
  try {
    Bun.mmap(path);
  } catch (error) {
    // An empty file and a pipe cannot be mapped either, but can be read.
    if ((error as { code?: unknown }).code === 'ENOENT') return error;
  }
  return undefined;
}

/** Whether there is certainly no such file; false also means that nobody knows. */
export function fileIsMissing(path: string): boolean {
  return absence(path) !== undefined;
}

/** The text of a file; rejects as the runtime does, with the code of the system's error. */
export function readText(path: string): Promise<string> {
  if (typeof Bun === 'undefined') return import('node:fs').then((fs) => fs.promises.readFile(path, 'utf8'));
  const missing = absence(path);
  return missing === undefined ? Bun.file(path).text() : Promise.reject(missing);
}

/** The bytes of a file, in the same way. */
export async function readBytes(path: string): Promise<Uint8Array> {
  if (typeof Bun !== 'undefined') return Bun.file(path).bytes();
  return (await import('node:fs')).promises.readFile(path);
}
