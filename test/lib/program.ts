// The built programs as people and scripts run them: own home, clean environment, streams and status apart.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../dist/bin/', import.meta.url));

/** How a program ended. `bytes` is stdout as it was. */
export interface Ran {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  readonly bytes: Buffer;
}

export interface RunHow {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Run under another program, e.g. `['script', '-qec']`. */
  readonly cwd?: string;
}

/** A program that still runs. */
export interface Started {
  readonly child: ChildProcess;
  /** Resolves when what it wrote, on either stream, matches; rejects when it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ran>;
  stop(signal?: NodeJS.Signals): Promise<Ran>;
}

/** A user: a home folder and an environment. */
export interface User {
  readonly home: string;
  readonly config: string;
  run(argv: readonly string[], how?: RunHow): Promise<Ran>;
  start(argv: readonly string[], how?: RunHow): Started;
  /** Writes a file below the home folder and gives its path. */
  file(name: string, text: string | Uint8Array, mode?: number): string;
  remove(): void;
}

/** A user with an empty home folder; `env` on top of PATH, HOME and the folders of XDG. */
export function createUser(env: Readonly<Record<string, string>> = {}): User {
  const home = mkdtempSync(join(tmpdir(), 'natsbox-user-'));
  const config = join(home, '.config');
  const base = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    XDG_CONFIG_HOME: config,
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    ...env,
  };
  const running = new Set<ChildProcess>();

  function start(argv: readonly string[], how: RunHow = {}): Started {
    const [name = '', ...args] = argv;
    const program = ['nats', 'nsc', 'nk', 'nats-top', 'natsbox'].includes(name) ? join(bin, name) : name;
    const child = spawn(program, args, {
      cwd: how.cwd ?? home,
      env: { ...base, ...how.env },
      stdio: [how.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    running.add(child);
    const out: Buffer[] = [];
    let err = '';
    const listeners = new Set<() => void>();
    child.stdout?.on('data', (chunk: Buffer) => {
      out.push(chunk);
      for (const tell of listeners) tell();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8');
      for (const tell of listeners) tell();
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(how.stdin ?? '');
    const text = () => `${err}\n${Buffer.concat(out).toString('utf8')}`;
    const ended = new Promise<Ran>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => {
        running.delete(child);
        const bytes = Buffer.concat(out);
        resolve({ status, signal, out: bytes.toString('utf8'), err, bytes });
      });
    });
    const said = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text());
          if (!found) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without saying ${pattern}:\n${text()}`)));
      });
    return {
      child,
      said,
      ended,
      stop: (signal = 'SIGINT') => {
        child.kill(signal);
        return ended;
      },
    };
  }

  return {
    home,
    config,
    start,
    run: (argv, how) => start(argv, how).ended,
    file: (name, content, mode = 0o644) => {
      const path = join(home, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content, { mode });
      return path;
    },
    remove: () => {
      for (const child of running) child.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
