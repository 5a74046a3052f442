import { fail, messageOf } from '#base/errors.ts';
import { isEncodedKey } from '#crypto/nkeys.ts';
import type { Runtime } from '#runtime/runtime.ts';

function openError(path: string, error: unknown): Error {
  const code = (error as { code?: string }).code;
  if (code === 'ENOENT') return fail('not-found', `open ${path}: no such file or directory`);
  if (code === 'EACCES' || code === 'EPERM') return fail('denied', `open ${path}: permission denied`);
  if (code === 'EISDIR') return fail('error', `read ${path}: is a directory`);
  return fail('error', `open ${path}: ${messageOf(error)}`, { reason: error });
}

/** All bytes of a file; errors name the file as the original does. */
export async function readFile(runtime: Runtime, path: string): Promise<Uint8Array> {
  try {
    return await runtime.files.readBytes(path);
  } catch (error) {
    throw openError(path, error);
  }
}

/** The first line of a file that is an nkey: comments, armour and other text around it are skipped. */
export async function readKeyFile(runtime: Runtime, path: string): Promise<Uint8Array> {
  const bytes = await readFile(runtime, path);
  try {
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(10, start);
      const end = newline < 0 ? bytes.length : newline;
      const line = bytes.subarray(start, bytes[end - 1] === 13 && end > start ? end - 1 : end);
      // Not slice(): that of a Buffer shares its memory, which is wiped below.
      if (isEncodedKey(line)) return new Uint8Array(line);
      start = end + 1;
    }
  } finally {
    bytes.fill(0);
  }
  throw fail('error', `Could not find a valid key in ${path}`);
}

/** Chunks of a device or file, each a whole number of keys (32 bytes); what is left over at the end is dropped. */
export async function* secretsOf(runtime: Runtime, path: string): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0);
  try {
    for await (const chunk of await runtime.files.open(path)) {
      const joined = new Uint8Array(rest.length + chunk.length);
      joined.set(rest);
      joined.set(chunk, rest.length);
      const whole = joined.length - (joined.length % 32);
      // Batches as large as those of random keys, so that a find ends the search as soon.
      for (let at = 0; at < whole; at += 32 * 2048) yield joined.slice(at, Math.min(whole, at + 32 * 2048));
      rest = joined.slice(whole);
    }
  } catch (error) {
    throw openError(path, error);
  }
}

/** The first 32 bytes of an entropy file or device; fewer are an error. */
export async function readEntropy(runtime: Runtime, path: string): Promise<Uint8Array> {
  for await (const secrets of secretsOf(runtime, path)) return secrets.slice(0, 32);
  throw fail('error', `entropy file ${path} has fewer than 32 bytes`);
}
