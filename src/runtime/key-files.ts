// Files that hold keys, signatures and entropy, read the same way by nk and `nats auth nkey`.
import { fail, messageOf } from '#base/errors.ts';
import { isEncodedKey } from '#crypto/nkeys.ts';
import type { Runtime } from './runtime.ts';

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

/** The first line of a file that is an nkey, public or seed; undefined when there is none. Comments and armour are skipped. */
export async function findKey(runtime: Runtime, path: string): Promise<Uint8Array | undefined> {
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
  return undefined;
}

/** A signature as bytes; line ends are ignored, anything else that is not base64url is an error. */
export async function readSignature(runtime: Runtime, path: string): Promise<Uint8Array> {
  const text = new TextDecoder().decode(await readFile(runtime, path)).replace(/[\r\n]/g, '');
  const bad = text.search(/[^A-Za-z0-9_-]/);
  if (bad >= 0) throw fail('error', `illegal base64 data at input byte ${bad} of ${path}`);
  return new Uint8Array(Buffer.from(text, 'base64url'));
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

/** The first 32 bytes of an entropy file or device; undefined when it holds fewer. */
export async function readEntropy(runtime: Runtime, path: string): Promise<Uint8Array | undefined> {
  for await (const secrets of secretsOf(runtime, path)) return secrets.slice(0, 32);
  return undefined;
}
