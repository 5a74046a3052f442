/** What the server takes from the process it runs in; the only file of the server, with its neighbours, that touches it. */
import type { ConfigWorld } from '../config/token.ts';
import type { Listen } from '../core/wire.ts';

/** Name and version of the runtime, as INFO tells it. */
export function runtimeName(): string {
  return typeof Bun === 'undefined' ? `node${process.versions.node}` : `bun${Bun.version}`;
}

/** The TCP listener that suits the runtime. */
export async function listener(): Promise<Listen> {
  return typeof Bun === 'undefined' ? (await import('./node.ts')).listen : (await import('./bun.ts')).listen;
}

/** Files and environment of the process. */
export async function processWorld(): Promise<ConfigWorld> {
  const { readFileSync } = await import('node:fs');
  return { readFile: (path) => readFileSync(path, 'utf8'), env: process.env };
}

/** bcrypt by the runtime itself; null where it has none, or for what it would treat unlike Go. */
export function nativeBcrypt(hash: string, password: string): Promise<boolean> | null {
  if (typeof Bun === 'undefined' || password.length === 0) return null;
  // bcrypt looks at 72 bytes; Bun hashes longer passwords first, which Go does not.
  if (Buffer.byteLength(password) > 72) return null;
  return Bun.password.verify(password, hash, 'bcrypt');
}

/** CPU seconds used so far and resident bytes, for monitoring. */
export function usage(): { cpuSeconds: number; memory: number } {
  const cpu = process.cpuUsage();
  return { cpuSeconds: (cpu.user + cpu.system) / 1e6, memory: process.memoryUsage.rss() };
}

export async function cores(): Promise<number> {
  const { cpus } = await import('node:os');
  return cpus().length;
}
