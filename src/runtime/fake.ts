// The test world: a runtime whose output is text, whose files are a map and whose clock stands still.
import { fail } from '#base/errors.ts';
import type { Sink } from '#base/sink.ts';
import { plainOutput, type TerminalFacts } from '#base/terminal.ts';
import type { Connection } from '#client/types.ts';
import { type ContractValues, Exit, type Files, type RunResult, type Runtime } from './runtime.ts';
import { showWith, streamWith } from './show.ts';

export interface FakeOptions {
  readonly tool?: string;
  readonly globals?: Readonly<Record<string, unknown>>;
  readonly contract?: Partial<ContractValues>;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly terminal?: Partial<TerminalFacts>;
  readonly connection?: Connection;
  /** Unix nanoseconds the clock shows. */
  readonly now?: bigint;
  readonly programs?: (argv: readonly string[]) => RunResult;
}

/** A runtime for tests, with what was written to it. */
export interface FakeRuntime extends Runtime {
  readonly written: { out: string; err: string };
  readonly disk: Map<string, string>;
}

function textSink(take: (text: string) => void): Sink {
  const decoder = new TextDecoder();
  const write = (chunk: string | Uint8Array) => take(typeof chunk === 'string' ? chunk : decoder.decode(chunk));
  return { write, line: (text = '') => write(text + '\n'), flush: async () => undefined, isTTY: false };
}

function mapFiles(disk: Map<string, string>): Files {
  const read = (path: string) => {
    const text = disk.get(path);
    if (text === undefined) throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' });
    return text;
  };
  const isDir = (path: string) => [...disk.keys()].some((f) => f.startsWith(`${path}/`));
  const unsupported = () => Promise.reject(new Error('the fake file system has no streams'));
  return {
    cwd: '/work-dir',
    home: '/home/user',
    readText: async (path) => read(path),
    readBytes: async (path) => new TextEncoder().encode(read(path)),
    write: async (path, data) => {
      disk.set(path, typeof data === 'string' ? data : new TextDecoder().decode(data));
    },
    createNew: async (path, data) => {
      if (disk.has(path)) return false;
      disk.set(path, typeof data === 'string' ? data : new TextDecoder().decode(data));
      return true;
    },
    append: async (path, data) => {
      disk.set(path, (disk.get(path) ?? '') + (typeof data === 'string' ? data : new TextDecoder().decode(data)));
    },
    stat: async (path) => {
      const text = disk.get(path);
      if (text !== undefined) return { kind: 'file', size: text.length, mode: 0o644, mtime: 0 };
      return isDir(path) ? { kind: 'dir', size: 0, mode: 0o755, mtime: 0 } : undefined;
    },
    forSeveral: async () => undefined,
    exists: async (path) => disk.has(path) || isDir(path),
    list: async (path) => {
      const below = [...disk.keys()].filter((f) => f.startsWith(`${path}/`)).map((f) => f.slice(path.length + 1));
      return [...new Set(below.map((f) => f.split('/')[0] as string))];
    },
    listWith: async (path, name) => {
      const ending = `/${name}`;
      const found = [...disk.keys()].filter((f) => f.startsWith(`${path}/`) && f.endsWith(ending));
      return found.map((f) => f.slice(path.length + 1, -ending.length)).filter((f) => f !== '' && !f.includes('/'));
    },
    mkdir: async () => undefined,
    remove: async (path) => {
      disk.delete(path);
    },
    rename: async (from, to) => {
      disk.set(to, read(from));
      disk.delete(from);
    },
    link: async (target, path) => {
      disk.set(path, read(target));
    },
    chmod: async () => undefined,
    open: unsupported,
    create: unsupported,
    tempDir: async (prefix) => `/tmp/${prefix}0`,
  };
}

const contractDefaults: ContractValues = {
  as: 'text',
  fields: undefined,
  jq: undefined,
  strict: false,
  plan: false,
  'no-input': false,
};

/** Makes a runtime for one test; nothing in it is shared. */
export function fakeRuntime(options: FakeOptions = {}): FakeRuntime {
  const written = { out: '', err: '' };
  const disk = new Map(Object.entries(options.files ?? {}));
  const controller = new AbortController();
  const globals = options.globals ?? {};
  const runtime: FakeRuntime = {
    written,
    disk,
    tool: options.tool ?? 'nats',
    version: '0.0.0',
    platform: { os: 'linux', arch: 'x64', runtime: 'test', pid: 1000, cpus: 2, hostname: 'host' },
    out: textSink((t) => {
      written.out += t;
    }),
    err: textSink((t) => {
      written.err += t;
    }),
    stdin: {
      isTTY: false,
      bytes: async () => new TextEncoder().encode(options.stdin ?? ''),
      chunks: async function* () {
        yield new TextEncoder().encode(options.stdin ?? '');
      },
      lines: async function* () {
        for (const line of (options.stdin ?? '').split('\n')) yield new TextEncoder().encode(line);
      },
    },
    terminal: { ...plainOutput, ...options.terminal },
    clock: {
      now: () => options.now ?? 1_700_000_000_000_000_000n,
      mono: () => 0n,
      sleep: async () => undefined,
    },
    files: mapFiles(disk),
    programs: {
      run: async (argv) => {
        if (!options.programs) throw fail('error', `program "${argv[0]}" was not found`);
        return options.programs(argv);
      },
    },
    signal: controller.signal,
    globals: { ...globals, isSet: (name: string) => name in globals || name in (options.contract ?? {}) },
    contract: { ...contractDefaults, ...options.contract },
    env: (name) => options.env?.[name],
    envNames: () => Object.keys(options.env ?? {}),
    random: (length) => new Uint8Array(length).map((_, i) => i),
    connect: async () => {
      if (!options.connection) throw fail('unreachable', 'nats: no servers available for connection');
      return options.connection;
    },
    show: (view, how) => showWith(runtime, view, how),
    stream: (how) => streamWith(runtime, how),
    log: (text) => {
      written.err += `00:00:00 ${text}\n`;
    },
    prompts: async () => {
      throw fail('usage', 'no terminal to ask on');
    },
    exit: (status) => {
      throw new Exit(status);
    },
    onSignal: () => () => undefined,
    onExit: () => undefined,
  };
  return runtime;
}
