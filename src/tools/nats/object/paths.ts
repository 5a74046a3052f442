// Names of objects and of files. Slashes are what counts in object names, whatever the machine's own separator is.
import { fail } from '#base/errors.ts';

/** The shortest path that means the same: no empty, `.` or inner `..` parts, no slash at the end. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') out.push(part);
    else if (out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (!rooted) out.push('..');
  }
  const joined = (rooted ? '/' : '') + out.join('/');
  return joined === '' ? '.' : joined;
}

/** File name for an object whose name came over the network: its last part, which never leaves the folder. */
export function fileNameFor(object: string): string {
  const name = object.replace(/\/+$/, '').replace(/^.*[/]/s, '');
  if (name === '' || name === '.' || name === '..' || /[\0-\x1f\x7f]/.test(name)) {
    throw fail('usage', `object name ${JSON.stringify(object)} gives no file name`, { hint: 'name the file with -O' });
  }
  return name;
}
