// The real world. With main.ts the only place that touches `process`; heavy modules are loaded where they are used.
import type { TerminalFacts } from '#base/terminal.ts';
import type { Resolved } from '#cli/resolve.ts';
import type { Tool } from '#cli/tree.ts';
import type { Connection } from '#client/index.ts';
import { contractFlags } from './contract.ts';
import { leanFiles } from './lean-files.ts';
import type { Host } from './run.ts';
import {
  type Clock,
  type ConnectOverrides,
  type ContractValues,
  Exit,
  type Files,
  Interrupt,
  type Platform,
  type Programs,
  type Runtime,
  type Source,
} from './runtime.ts';
import { showWith, streamWith } from './show.ts';
import { type FdSink, fdSink, isTerminal, windowSize } from './sink.ts';
import { clockText, useZone } from './wall-clock.ts';

const fs = () => process.getBuiltinModule('node:fs');

function env(name: string): string | undefined {
  return process.env[name];
}

export interface HostOptions {
  /** Connections outlive the command that made them and serve the next one: the shell. */
  readonly keepConnections?: boolean;
  /** Prints when the terminal is free: a prompt is shown meanwhile. */
  readonly aside?: (print: () => void, ended: boolean) => void;
  /** Variables on top of the process's own. */
  readonly variables?: ReadonlyMap<string, string>;
}

/** The process as a host for runTool. */
export function systemHost(options: HostOptions = {}): Host & { end(): Promise<void> } {
  const kept = options.keepConnections ? new Map<string, Promise<Connection>>() : undefined;
  const env = (name: string) => options.variables?.get(name) ?? process.env[name];
  // A reader that went away (`| head`) is no failure: stop at once, say nothing.
  const aside = options.aside ? { aside: options.aside } : {};
  // What could not be kept must not look kept: a file that a full disk cut short fails the command.
  const onFailed = (error: unknown) => {
    // `ENOSPC: no space left on device, write`
    const { message } = error as Error;
    err.line(`Error: write /dev/stdout: ${message.slice(message.indexOf(': ') + 1, message.lastIndexOf(',')).trim()}`);
    err.flushSync();
    process.exit(1);
  };
  const out: FdSink = fdSink(1, { onClosed: () => process.exit(0), onFailed, before: () => err.flushSync(), ...aside });
  const err: FdSink = fdSink(2, { onClosed: () => undefined, before: () => out.flushSync(), ...aside });
  useZone(env('TZ'));
  const finishers: [Runtime, () => Promise<void>][] = [];
  return {
    out,
    err,
    env,
    readText: (path) => fs().readFileSync(path, 'utf8'),
    kindOf: (path) => {
      const stat = fs().statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? undefined : stat.isFile() ? 'file' : stat.isDirectory() ? 'dir' : 'other';
    },
    list: (path) => fs().readdirSync(path),
    get home() {
      return homeDir();
    },
    width: helpWidth,
    runtime(tool, resolved) {
      const { runtime, finish } = systemRuntime(tool, resolved, { out, err, env, kept });
      finishers.push([runtime, finish]);
      return runtime;
    },
    finish: async (runtime) => {
      const at = finishers.findIndex(([r]) => r === runtime);
      for (const [, finish] of finishers.splice(at, 1)) await finish();
    },
    end: async () => {
      await closeAll(kept);
      out.flushSync();
      err.flushSync();
    },
  };
}

function helpWidth(): number {
  const asked = Number(env('COLUMNS'));
  if (asked > 0) return asked;
  return isTerminal(1) ? windowSize()[0] || 80 : 80;
}

interface Made {
  readonly runtime: Runtime;
  finish(): Promise<void>;
}

interface Shared {
  readonly out: Runtime['out'];
  readonly err: Runtime['err'];
  env(name: string): string | undefined;
  readonly kept: Map<string, Promise<Connection>> | undefined;
}

function systemRuntime(tool: Tool, resolved: Resolved, shared: Shared): Made {
  const { out, err, env, kept } = shared;
  const exits: (() => void | Promise<void>)[] = [];
  const connections = kept ?? new Map<string, Promise<Connection>>();
  const interrupts = interruptSignal();
  const contract = resolved.values as unknown as ContractValues;
  const runtime: Runtime = {
    tool: tool.name,
    version: tool.version,
    platform: systemPlatform,
    out,
    err,
    stdin: systemStdin,
    get terminal() {
      return terminalFacts();
    },
    clock: systemClock,
    files: lazyFiles(),
    programs: lazyPrograms(),
    get signal() {
      return interrupts.signal();
    },
    globals: resolved.values,
    contract,
    env,
    envNames: () => Object.keys(process.env),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    connect: (overrides) =>
      connectOnce(runtime, connections, kept ? connectionFlags(tool, resolved) : undefined, overrides),
    show: (view, options) => showWith(runtime, view, options),
    stream: (options) => streamWith(runtime, options),
    log: (text) => err.line(`${clockText()} ${text}`),
    prompts: async () => (await import('./prompts.ts')).systemPrompts(runtime),
    exit: (status) => {
      throw new Exit(status);
    },
    onSignal: (names, run) => {
      const handlers = names.map((name) => [name, () => run(name)] as const);
      for (const [name, handler] of handlers) process.on(name, handler);
      return () => {
        for (const [name, handler] of handlers) process.off(name, handler);
      };
    },
    onExit: (fn) => {
      exits.push(fn);
    },
  };
  const finish = async () => {
    for (const fn of exits.reverse()) await fn();
    interrupts.stop();
    // The program ends next, and the system closes what it leaves; only what is still queued has to be sent first.
    if (!kept) await closeAll(connections, (c) => c.buffered > 0);
  };
  return { runtime, finish };
}

async function closeAll(
  connections: Map<string, Promise<Connection>> | undefined,
  which: (connection: Connection) => boolean = () => true,
): Promise<void> {
  for (const made of connections?.values() ?? []) {
    const connection = await made.catch(() => undefined);
    if (connection && which(connection)) await connection.close().catch(() => undefined);
  }
}

/** Listens for SIGINT and SIGTERM from the moment somebody asks for the signal. */
function interruptSignal() {
  // Made late: the classes behind it cost more than scanning a command line.
  let controller: AbortController | undefined;
  const handlers: ['SIGINT' | 'SIGTERM', () => void][] = [];
  const listen = (name: 'SIGINT' | 'SIGTERM') => {
    const handler = () => {
      // The second signal means it: whatever still runs is left.
      if (controller?.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143);
      controller?.abort(new Interrupt(name));
    };
    process.on(name, handler);
    handlers.push([name, handler]);
  };
  return {
    signal: () => {
      if (handlers.length === 0) for (const name of ['SIGINT', 'SIGTERM'] as const) listen(name);
      controller ??= new AbortController();
      return controller.signal;
    },
    stop: () => {
      for (const [name, handler] of handlers.splice(0)) process.off(name, handler);
    },
  };
}

/** The flags that decide which connection is made: a kept one serves only a command that would have made the same. */
function connectionFlags(tool: Tool, resolved: Resolved): Record<string, unknown> {
  const names = Object.keys(tool.flags).filter((n) => !(n in contractFlags));
  return Object.fromEntries(names.map((n) => [n, resolved.values[n]]));
}

async function connectOnce(
  runtime: Runtime,
  connections: Map<string, Promise<Connection>>,
  flags: Readonly<Record<string, unknown>> | undefined,
  overrides?: ConnectOverrides,
): Promise<Connection> {
  const plain = flags === undefined && overrides === undefined;
  const key = plain ? '' : JSON.stringify([flags, overrides], (_, v) => (typeof v === 'bigint' ? String(v) : v));
  let made = connections.get(key);
  if (made && (await made.then((c) => c.isClosed).catch(() => true))) made = undefined;
  if (!made) {
    made = import('./connect.ts').then((m) => m.connectRuntime(runtime, overrides));
    connections.set(key, made);
  }
  return made;
}

const systemPlatform: Platform = {
  os: process.platform,
  arch: process.arch,
  get runtime() {
    const { bun, node } = process.versions;
    return bun ? `bun ${bun}` : `node ${node}`;
  },
  pid: process.pid,
  get cpus() {
    return process.getBuiltinModule('node:os').availableParallelism();
  },
  get hostname() {
    return process.getBuiltinModule('node:os').hostname();
  },
};

const systemClock: Clock = {
  now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n,
  mono: () => process.hrtime.bigint(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(done, ms);
      function done() {
        signal?.removeEventListener('abort', stop);
        resolve();
      }
      function stop() {
        clearTimeout(timer);
        reject(signal?.reason);
      }
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

function terminalFacts(): TerminalFacts {
  const isTTY = isTerminal(1);
  const asked = Number(env('COLUMNS'));
  const [columns, rows] = isTTY ? windowSize() : [0, 0];
  const term = env('TERM') ?? '';
  const forced = env('FORCE_COLOR') ?? env('CLICOLOR_FORCE');
  const off = (env('NO_COLOR') ?? '') !== '' || forced === '0' || term === 'dumb';
  const wanted = !off && (isTTY || (forced !== undefined && forced !== ''));
  const has = (name: string, ...words: string[]) => words.some((word) => env(name)?.includes(word));
  const depth = has('COLORTERM', 'truecolor', '24bit') ? 'truecolor' : term.includes('256') ? 256 : 1;
  const encoding = (env('LC_ALL') || env('LC_CTYPE') || env('LANG') || 'utf-8').toLowerCase();
  return {
    isTTY,
    columns: asked > 0 ? asked : columns || 80,
    rows: rows || Number(env('LINES')) || 24,
    color: wanted ? depth : 0,
    unicode: encoding.includes('utf-8') || encoding.includes('utf8'),
  };
}

const systemStdin: Source = {
  get isTTY() {
    return isTerminal(0);
  },
  bytes: async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stdinChunks()) chunks.push(chunk.slice());
    return Buffer.concat(chunks);
  },
  lines: () => splitLines(stdinChunks()),
  chunks: stdinChunks,
};

async function* stdinChunks(): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of process.stdin) yield chunk as Uint8Array;
  } catch (error) {
    // Closed stdin is an empty one.
    if ((error as NodeJS.ErrnoException).code !== 'EBADF') throw error;
  }
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let carry: Uint8Array | undefined;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, at);
      yield carry ? Buffer.concat([carry, piece]) : piece;
      carry = undefined;
      from = at + 1;
    }
    if (from < chunk.length) {
      const rest = chunk.slice(from);
      carry = carry ? Buffer.concat([carry, rest]) : rest;
    }
  }
  if (carry) yield carry;
}

/** HOME may be unset in containers: then the folder of the user database counts. */
function homeDir(): string {
  return env('HOME') || process.getBuiltinModule('node:os').userInfo().homedir;
}

/** Files and programs are loaded on the first call, so that naming them costs nothing. */
function lazyFiles(): Files {
  const lean = leanFiles(() => import('./files.ts').then((m) => m.systemFiles));
  const real = () => lean.full();
  return {
    get cwd() {
      return process.cwd();
    },
    get home() {
      return homeDir();
    },
    readText: (path) => lean.readText(path),
    readBytes: (path) => lean.readBytes(path),
    exists: (path) => lean.exists(path),
    list: (path) => lean.list(path),
    listWith: (path, name) => lean.listWith(path, name),
    forSeveral: () => lean.forSeveral(),
    write: (path, data, mode) => lean.write(path, data, mode),
    createNew: (path, data, mode) => lean.createNew(path, data, mode),
    append: async (path, data) => (await real()).append(path, data),
    stat: async (path) => (await real()).stat(path),
    mkdir: async (path, mode) => (await real()).mkdir(path, mode),
    remove: (path, options) => lean.remove(path, options),
    rename: async (from, to) => (await real()).rename(from, to),
    link: async (target, path) => (await real()).link(target, path),
    chmod: async (path, mode) => (await real()).chmod(path, mode),
    open: async (path, how) => (await real()).open(path, how),
    create: async (path, mode) => (await real()).create(path, mode),
    tempDir: async (prefix) => (await real()).tempDir(prefix),
  };
}

function lazyPrograms(): Programs {
  return { run: async (argv, options) => (await import('./programs.ts')).runProgram(argv, options) };
}
