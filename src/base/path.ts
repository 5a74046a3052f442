// Paths without node:path, whose loading costs a one-shot command as much as all it reads. The rules are node:path's; a
// property test compares them. Windows has too many of them for that: there node:path itself answers.
const native = process.platform === 'win32' ? process.getBuiltinModule('node:path') : undefined;

/** What stands between the parts of a path on this system. */
export const sep: string = native?.sep ?? '/';

export function isAbsolute(path: string): boolean {
  return native ? native.isAbsolute(path) : path.startsWith('/');
}

/** Resolves `.`, `..` and repeated separators; a separator at the end stays. */
export function normalize(path: string): string {
  if (native) return native.normalize(path);
  if (path === '') return '.';
  // Most paths are normal: of thousands of files this is the time.
  if (!path.startsWith('.') && !path.includes('/.') && !path.includes('//')) return path;
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push('..');
  }
  const body = kept.join('/');
  const tail = path.endsWith('/') && body !== '' ? '/' : '';
  if (rooted) return `/${body}${tail}`;
  return body === '' ? (path.endsWith('/') ? './' : '.') : body + tail;
}

export function join(...parts: readonly string[]): string {
  if (native) return native.join(...parts);
  return normalize(parts.filter((part) => part !== '').join('/'));
}

/** The path without its last part, as it is written. */
export function dirname(path: string): string {
  if (native) return native.dirname(path);
  const end = endOf(path);
  const at = path.lastIndexOf('/', end - 1);
  if (at === -1) return path.startsWith('/') ? '/' : '.';
  // node:path takes away one separator, and leaves those of `//name` as they are.
  if (at === 0) return '/';
  return at === 1 && path.startsWith('//') ? '//' : path.slice(0, at);
}

/** The last part of a path. */
export function basename(path: string): string {
  if (native) return native.basename(path);
  const end = endOf(path);
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

/** Length of a path without the separators at its end. */
function endOf(path: string): number {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end--;
  return end;
}
