import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';

export interface NatsServerOptions {
  /** Text of a configuration file. `{{DIR}}` stands for the server's folder. Ports are given on the command line. */
  config?: string;
  args?: readonly string[];
  jetstream?: boolean;
  /** Port to use again, for a server that comes back. */
  port?: number;
  /** Files to write into the server's folder first. */
  files?: Record<string, string>;
  /** Folder to use again; it is then not removed. */
  dir?: string;
}

export interface NatsServer {
  /** `nats://127.0.0.1:PORT` */
  url: string;
  port: number;
  monitorPort: number;
  /** Ports by name of what the configuration asked for with port -1, e.g. websocket. */
  ports: Record<string, number>;
  dir: string;
  pid: number;
  log(): string;
  signal(name: NodeJS.Signals): void;
  /** Kills the server and removes its folder; `graceful` sends SIGTERM and waits. */
  stop(graceful?: boolean): Promise<void>;
  /** Resolves when the process has ended. */
  exited: Promise<void>;
}

let binary: string | undefined;

/** Path of the real server; undefined, with the reason on stderr once, when this machine has none. */
export async function natsServerPath(): Promise<string | undefined> {
  if (binary === undefined) {
    const { natsServer } = (await import(new URL('../../scripts/nats-server.mjs', import.meta.url).href)) as {
      natsServer(): string;
    };
    try {
      binary = natsServer();
    } catch (error) {
      process.stderr.write(`no nats-server: ${(error as Error).message}\n`);
      binary = '';
    }
  }
  return binary === '' ? undefined : binary;
}

/** A port nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe: Server = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

const READY = 'Server is ready';

interface Launched {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  log(): string;
}

/**
 * Starts the process and waits until it is ready. A port it chooses itself may be one that the configuration names: it then
 * chooses again.
 */
async function launch(path: string, args: readonly string[], dir: string, tries = 3): Promise<Launched> {
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: dir });
  let log = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isReady = await new Promise<boolean>((resolve, reject) => {
    child.stderr!.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes(READY)) resolve(true);
    });
    child.once('error', reject);
    child.once('close', () => resolve(false));
  });
  if (isReady) return { child, exited, log: () => log };
  if (tries > 1 && log.includes('address already in use')) return launch(path, args, dir, tries - 1);
  throw new Error(`nats-server ended:\n${log}`);
}

/** Starts a real nats-server on free ports of 127.0.0.1 and resolves when it says that it is ready. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const path = await natsServerPath();
  if (!path) throw new Error('no nats-server on this machine');
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'natsbox-test-'));
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(dir, name), text);
  const args = ['-a', '127.0.0.1', '-p', String(options.port ?? -1), '-m', '-1', ...(options.args ?? [])];
  if (options.config !== undefined) {
    const file = join(dir, 'server.conf');
    writeFileSync(file, options.config.replaceAll('{{DIR}}', dir));
    args.push('-c', file);
  }
  if (options.jetstream) args.push('-js', '-sd', join(dir, 'jetstream'));
  const { child, exited, log } = await launch(path, args, dir);
  const port = find(log(), /Listening for client connections on [^\n]*:(\d+)/);
  const ports: Record<string, number> = {};
  const ws = /Listening for websocket clients on \w+:\/\/[^\n]*:(\d+)/.exec(log());
  if (ws) ports.websocket = Number(ws[1]);
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    monitorPort: find(log(), /Starting http monitor on [^\n]*:(\d+)/),
    ports,
    dir,
    pid: child.pid!,
    log,
    signal: (name) => child.kill(name),
    stop: (graceful) => stop(child, exited, options.dir ? undefined : dir, graceful ?? false),
    exited,
  };
}

function find(log: string, pattern: RegExp): number {
  return Number(pattern.exec(log)?.[1] ?? 0);
}

async function stop(
  child: ChildProcess,
  exited: Promise<void>,
  dir: string | undefined,
  graceful: boolean,
): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(graceful ? 'SIGTERM' : 'SIGKILL');
    await exited;
  }
  if (dir) rmSync(dir, { recursive: true, force: true });
}

/** The monitoring endpoint's JSON, e.g. `monitor(server, 'connz')`. */
export async function monitor(server: NatsServer, path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${server.monitorPort}/${path}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** Text of a file of the repository's or a server's folder. */
export function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

const present = (await natsServerPath()) !== undefined;

/** `test` for what needs the real server: without one it is a skipped test that says so. */
export const serverTest: typeof test = present
  ? test
  : (((name: string) => test(name, { skip: 'no nats-server on this machine' }, () => {})) as unknown as typeof test);

/** `before` of a file of such tests. */
export const beforeServer: typeof before = present ? before : () => {};
