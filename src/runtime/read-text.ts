/** Larger files are read in another thread; bytes. */
const SMALL = 64 * 1024;

/** What mapping a file tells at once: its bytes, or that it is certainly not there; undefined when it cannot tell. */
type Mapped = { readonly bytes: Uint8Array } | { readonly missing: unknown } | undefined;

/**
 * Loading node:fs costs more than everything else a one-shot command does before it connects, and where Bun reads a file
 * it starts threads (a fifth of an empty program's start); mapping it does neither.
 */
function mapped(path: string): Mapped {
  if (typeof Bun === 'undefined') return undefined;
  try {
    return { bytes: Bun.mmap(path) };
  } catch (error) {
    // An empty file and a pipe cannot be mapped either, but can be read.
    return (error as { code?: unknown }).code === 'ENOENT' ? { missing: error } : undefined;
  }
}

/** Whether there is certainly no such file; false also means that nobody knows. */
export function fileIsMissing(path: string): boolean {
  const found = mapped(path);
  return found !== undefined && 'missing' in found;
}

/** The text of a file; rejects as the runtime does, with the code of the system's error. */
export function readText(path: string): Promise<string> {
  if (typeof Bun === 'undefined') return import('node:fs').then((fs) => fs.promises.readFile(path, 'utf8'));
  const found = mapped(path);
  if (found === undefined || ('bytes' in found && found.bytes.length > SMALL)) return Bun.file(path).text();
  if ('missing' in found) return Promise.reject(found.missing);
  return Promise.resolve(new TextDecoder('utf-8', { ignoreBOM: false }).decode(found.bytes));
}

/** The bytes of a file, in the same way. */
export async function readBytes(path: string): Promise<Uint8Array> {
  if (typeof Bun !== 'undefined') return Bun.file(path).bytes();
  return (await import('node:fs')).promises.readFile(path);
}
