/**
 * The text of a file; rejects as the runtime does, with the code of the system's error. Loading node:fs costs more
 * than everything else a one-shot command does before it connects, so Bun's own reader goes first.
 */
export function readText(path: string): Promise<string> {
  if (typeof Bun !== 'undefined') return Bun.file(path).text();
  return import('node:fs').then((fs) => fs.promises.readFile(path, 'utf8'));
}

/** The bytes of a file, in the same way. */
export async function readBytes(path: string): Promise<Uint8Array> {
  if (typeof Bun !== 'undefined') return Bun.file(path).bytes();
  return (await import('node:fs')).promises.readFile(path);
}
