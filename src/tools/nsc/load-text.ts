import { fail } from '#base/errors.ts';
import { expandPath } from '#store/dirs.ts';
import type { Nsc } from './nsc.ts';
import { isHttpUrl } from './push/url.ts';

/** The text of a file, or of what an http(s) URL gives. Fails with not-found. */
export async function loadFileOrUrl(nsc: Nsc, from: string): Promise<string> {
  if (isHttpUrl(from)) return (await import('./push/http.ts')).loadUrl(from);
  const text = await nsc.disk.read(expandPath(nsc.runtime, from));
  if (text === undefined) throw fail('not-found', `no file \`${from}\``);
  return text;
}
