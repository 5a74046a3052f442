import type { Runtime } from '#runtime/runtime.ts';

/** Who runs this, as `root (root)`: the login, and the full name the user database has for it. */
export async function userName(runtime: Runtime): Promise<string> {
  const read = (path: string) => runtime.files.readText(path).catch(() => '');
  const uid = /^Uid:\s+(\d+)/m.exec(await read('/proc/self/status'))?.[1];
  const login = runtime.env('USER') || runtime.env('USERNAME') || '?';
  for (const line of (await read('/etc/passwd')).split('\n')) {
    const [name = '', , id, , fullName = ''] = line.split(':');
    if (uid === undefined ? name === login : id === uid) return `${name} (${fullName.split(',')[0]})`;
  }
  return login;
}
