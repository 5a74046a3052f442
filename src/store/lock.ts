// One writer at a time per directory of stores: read, change and write of one command never mix with another's.

import { toBase64url } from '#base/bytes.ts';
import { fail } from '#base/errors.ts';
import { join } from '#base/path.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { writeFailed } from './write-failed.ts';

const FILE = '.nsc.lock';
/** A holder renews its lock this often, milliseconds. */
const RENEW = 2_000;
/** A lock that was not renewed for so long has lost its holder. Clocks of two machines may differ a little. */
const ABANDONED = 10_000;
/** The same when the system says that the process is gone. */
const DEAD = 3_000;
/** How long to wait for others. */
const PATIENCE = 60_000;

export interface LockOptions {
  readonly create?: boolean;
  readonly look?: boolean;
}

/**
 * Waits until this process alone may write below `dir`; gives the function that lets others in again. A directory that is
 * missing is made with `create`; otherwise there is nothing to lock, and a command that fails leaves none behind. With
 * `look` nothing will be written below `dir`, so one that may not be written to needs no lock.
 */
export async function lockDir(
  runtime: Runtime,
  dir: string,
  { create = false, look = false }: LockOptions = {},
): Promise<() => Promise<void>> {
  const { files, clock, platform } = runtime;
  const path = join(dir, FILE);
  // No other process has this number at this nanosecond. The first random bytes of a process cost more than the rest here.
  const mark = `${platform.pid} ${clock.now()} ${clock.mono()}\n`;
  if (create) await files.mkdir(dir, 0o700);
  const start = clock.mono();
  for (let wait = 5; ; wait = Math.min(100, wait * 2)) {
    const got = await files.createNew(path, mark, 0o600).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (!create && code === 'ENOENT') return undefined;
      if (look && (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')) return undefined;
      throw writeFailed(dir, error);
    });
    if (got === undefined) return async () => undefined;
    if (got) break;
    await dropAbandoned(runtime, path);
    if (Number(clock.mono() - start) / 1e6 > PATIENCE) {
      throw fail('conflict', `another nsc has been writing in \`${dir}\` for a minute`, {
        hint: `if none runs, remove ${path}`,
        retryable: true,
      });
    }
    await clock.sleep(wait * (0.5 + Math.random()));
  }
  const timer = setInterval(() => void files.write(path, mark, 0o600).catch(() => undefined), RENEW);
  return async () => {
    clearInterval(timer);
    if ((await files.readText(path).catch(() => '')) === mark) await files.remove(path).catch(() => undefined);
  };
}

async function dropAbandoned(runtime: Runtime, path: string): Promise<void> {
  const { files, clock } = runtime;
  const stat = await files.stat(path);
  if (!stat) return;
  const age = Number(clock.now() / 1_000_000n) - stat.mtime;
  if (age < DEAD) return;
  const held = await files.readText(path).catch(() => undefined);
  if (held === undefined) return;
  if (age < ABANDONED && (await isAlive(runtime, held))) return;
  // Taken aside first: between two that both found it abandoned only one gets the file that was looked at.
  const aside = `${path}.${toBase64url(runtime.random(6))}`;
  try {
    await files.rename(path, aside);
  } catch {
    return;
  }
  if ((await files.readText(aside).catch(() => held)) === held) await files.remove(aside).catch(() => undefined);
  else await files.rename(aside, path).catch(() => undefined);
}

/** Whether the holder's process runs; true where the system does not tell. */
async function isAlive({ files }: Runtime, mark: string): Promise<boolean> {
  if (!(await files.exists('/proc/self'))) return true;
  return files.exists(`/proc/${Number.parseInt(mark, 10)}`);
}
