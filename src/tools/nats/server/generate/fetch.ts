// Where bundles come from: a folder, a zip file, or a zip file on a web server.
import { fail } from '#base/errors.ts';
import { fetchErrorText } from '#base/fetch-error.ts';
import { readZip } from '#client/system/zip.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** No bundle may be larger, packed or unpacked. */
const largest = 16 << 20;

/** The files of a bundle, by path. */
export async function fetchFiles(runtime: Runtime, source: string): Promise<Map<string, string>> {
  if (/^https?:\/\//.test(source)) return unpack(await download(runtime, source));
  if (source.includes('://')) throw fail('usage', `invalid URL "${source}"`, { hint: 'http, https and fs are known' });
  const stat = await runtime.files.stat(source);
  if (!stat) throw fail('not-found', `open ${source}: no such file or directory`);
  if (stat.kind === 'dir') return readFolder(runtime, source);
  if (stat.size > largest) throw fail('error', `${source} is too large for a bundle`);
  return unpack(await runtime.files.readBytes(source));
}

async function download(runtime: Runtime, url: string): Promise<Uint8Array> {
  const answer = await fetch(url, { signal: runtime.signal }).catch((error: unknown) => {
    throw fail('unreachable', `could not fetch ${url}: ${fetchErrorText('Get', url, error)}`, {
      reason: error,
      retryable: true,
    });
  });
  if (!answer.ok) throw fail('not-found', `could not fetch ${url}: status ${answer.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > largest) throw fail('error', `${url} is too large for a bundle`);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

async function unpack(bytes: Uint8Array): Promise<Map<string, string>> {
  const zip = readZip(bytes);
  const files = new Map<string, string>();
  let size = 0;
  for (const name of zip.names) {
    if (!isLocalPath(name))
      throw fail('error', 'insecure paths found in archive', { hint: `one is ${JSON.stringify(name)}` });
    if (name.endsWith('/')) continue;
    const content = (await zip.read(name)) ?? new Uint8Array(0);
    size += content.length;
    if (size > largest) throw fail('error', 'the archive unpacks to more than a bundle may have');
    files.set(name, new TextDecoder().decode(content));
  }
  return files;
}

/** Whether a path stays below where it starts. */
export function isLocalPath(path: string): boolean {
  if (path === '' || path.startsWith('/') || /[\\\0]/.test(path) || /^[a-z]:/i.test(path)) return false;
  return !path.split('/').some((part) => part === '..');
}

async function readFolder(runtime: Runtime, dir: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const walk = async (below: string): Promise<void> => {
    for (const name of (await runtime.files.list(`${dir}/${below}`)).sort()) {
      const path = `${below}${name}`;
      const kind = (await runtime.files.stat(`${dir}/${path}`))?.kind;
      if (kind === 'dir') await walk(`${path}/`);
      else if (kind === 'file') files.set(path, await runtime.files.readText(`${dir}/${path}`));
      if (files.size > 1000) throw fail('error', `${dir} has too many files for a bundle`);
    }
  };
  await walk('');
  return files;
}
