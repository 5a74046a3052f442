/** Where log lines go: a stream given by the caller, or a file that can be reopened and rotates by size. */
import type { Logger, LogLevel } from '../core/types.ts';
import type { LogOptions } from '../options.ts';
import { formatLine } from './format.ts';

/** What a log takes from outside. */
export interface LogWorld {
  readonly pid: number;
  /** Writes text to stderr. */
  stderr(text: string): void;
  /** Whether stderr is a terminal that shows colours. */
  readonly colors: boolean;
}

/** A logger whose levels and target can change while it is in use. */
export interface ServerLog extends Logger {
  debug: boolean;
  trace: boolean;
  /** Takes new settings, as on a reload. Rejects when a changed file cannot be opened; then all stays as it was. */
  configure(options: LogOptions): Promise<void>;
  /** Opens the file anew, after it was moved away. False when the log is no file. */
  reopen(): boolean;
  /** Writes what is still in memory. */
  flush(): void;
  close(): void;
}

interface Target {
  write(text: string): void;
  close(): void;
}

/** Text kept before it is written at once. */
const BUFFER = 64 * 1024;

/** Opens the log these options describe. Throws when its file cannot be opened. */
export async function openLog(options: LogOptions, world: LogWorld): Promise<ServerLog> {
  let fs = options.file ? await import('node:fs') : null;
  let settings = options;
  let lines: string[] = [];
  let size = 0;
  let scheduled = false;

  const stderr: Target = { write: (text) => world.stderr(text), close: () => {} };
  const open = (o: LogOptions): Target => (o.file && fs !== null ? fileTarget(fs, o) : stderr);
  let target = open(options);

  const flush = (): void => {
    scheduled = false;
    if (lines.length === 0) return;
    const text = `${lines.join('\n')}\n`;
    lines = [];
    size = 0;
    target.write(text);
  };

  const log: ServerLog = {
    debug: options.debug === true,
    trace: options.trace === true,
    log(level: LogLevel, text: string) {
      if ((level === 'debug' && !log.debug) || (level === 'trace' && !log.trace)) return;
      const line = formatLine(level, text, Math.floor((performance.timeOrigin + performance.now()) * 1000), {
        pid: world.pid,
        time: settings.time !== false,
        utc: settings.utc === true,
        colors: !settings.file && world.colors,
      });
      lines.push(line);
      size += line.length;
      if (size > BUFFER || level === 'fatal') flush();
      else if (!scheduled) {
        scheduled = true;
        setImmediate(flush);
      }
    },
    async configure(next) {
      const moved = next.file !== settings.file || next.sizeLimit !== settings.sizeLimit;
      if (next.file) fs ??= await import('node:fs');
      flush();
      if (moved) {
        const before = target;
        target = open(next);
        before.close();
      }
      settings = next;
      log.debug = next.debug === true;
      log.trace = next.trace === true;
    },
    reopen() {
      flush();
      if (!settings.file || fs === null) return false;
      target.close();
      target = open(settings);
      return true;
    },
    flush,
    close() {
      flush();
      target.close();
    },
  };
  return log;
}

/** A file that is renamed with a time stamp when it grows past the limit; the oldest copies are removed. */
function fileTarget(fs: typeof import('node:fs'), o: LogOptions): Target {
  const path = o.file!;
  let fd = fs.openSync(path, 'a', 0o640);
  let written = fs.fstatSync(fd).size;
  const limit = o.sizeLimit ?? 0;

  const purge = (): void => {
    const keep = o.maxFiles ?? 0;
    if (keep <= 0) return;
    const slash = path.lastIndexOf('/');
    const dir = slash < 0 ? '.' : path.slice(0, slash) || '/';
    const base = path.slice(slash + 1);
    const old = fs
      .readdirSync(dir)
      .filter((f) => f.startsWith(`${base}.`) && /^\d{4}(\.\d+){5,6}$/.test(f.slice(base.length + 1)))
      .sort();
    for (const f of old.slice(0, Math.max(0, old.length - (keep - 1)))) fs.rmSync(`${dir}/${f}`, { force: true });
  };

  const rotate = (): void => {
    fs.closeSync(fd);
    const now = new Date();
    const part = (n: number): string => String(n).padStart(2, '0');
    const name = `${now.getFullYear()}.${part(now.getMonth() + 1)}.${part(now.getDate())}.${part(now.getHours())}.${part(now.getMinutes())}.${part(now.getSeconds())}.${String(now.getMilliseconds()).padStart(3, '0')}000000`;
    fs.renameSync(path, `${path}.${name}`);
    fd = fs.openSync(path, 'a', 0o640);
    written = 0;
    purge();
  };

  return {
    write(text) {
      fs.writeSync(fd, text);
      written += Buffer.byteLength(text);
      if (limit > 0 && written > limit) rotate();
    },
    close: () => fs.closeSync(fd),
  };
}
