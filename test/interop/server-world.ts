/** What the server's interop tests share: our server and the real one behind the same door, and a raw protocol client. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer as listen, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, loadConfig, problemLine, type ServerOptions } from '#server/index.ts';
import { natsServer } from '../../scripts/nats-server.mjs';

export interface TestServer {
  readonly kind: 'natsbox' | 'nats-server';
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  stop(): Promise<void>;
}

let found: string | null | undefined;

/** Path of the real server, or null (said once) when there is none: tests against it are then left out. */
export function realServer(): string | null {
  if (found === undefined) {
    try {
      found = natsServer() as string;
    } catch (error) {
      found = null;
      console.error(`left out: comparisons with nats-server (${(error as Error).message})`);
    }
  }
  return found;
}

function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'natsbox-server-'));
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const s = listen();
  await new Promise<void>((done) => s.listen(0, '127.0.0.1', () => done()));
  const { port } = s.address() as { port: number };
  await new Promise((done) => s.close(done));
  return port;
}

/** Our server in this process, from the same configuration text that the real one reads. */
export async function startOurs(config = '', more: ServerOptions = {}): Promise<TestServer> {
  const dir = scratch();
  const text = `listen: "127.0.0.1:-1"\n${config}\n`;
  const loaded = await loadConfig({ text, path: join(dir, 'server.conf') });
  if (loaded.errors.length > 0) throw new Error(loaded.errors.map(problemLine).join('\n'));
  const server = await createServer({ ...loaded.options, ...more });
  return {
    kind: 'natsbox',
    url: server.url,
    port: server.port,
    dir,
    async stop() {
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The real server with a configuration text; its port is read from the ports file it writes. */
export async function startReal(config = ''): Promise<TestServer> {
  const path = realServer();
  if (path === null) throw new Error('no nats-server');
  const dir = scratch();
  const file = join(dir, 'server.conf');
  writeFileSync(file, `listen: "127.0.0.1:-1"\nports_file_dir: ${JSON.stringify(dir)}\n${config}\n`);
  const child: ChildProcess = spawn(path, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr?.on('data', (d) => {
    log += d;
  });
  const ports = join(dir, `nats-server_${child.pid}.ports`);
  const deadline = Date.now() + 10_000;
  let port = 0;
  while (port === 0) {
    try {
      port = Number(new URL(JSON.parse(readFileSync(ports, 'utf8')).nats[0]).port);
    } catch {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`nats-server did not start: ${log}`);
      await new Promise((r) => setTimeout(r, 10));
    }
  }
  return {
    kind: 'nats-server',
    url: `nats://127.0.0.1:${port}`,
    port,
    dir,
    async stop() {
      const gone = new Promise((r) => child.once('exit', r));
      child.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A socket that speaks the bare protocol; text is latin1, so bytes survive. */
export interface RawClient {
  readonly socket: Socket;
  /** Everything received so far, INFO included. */
  text(): string;
  send(text: string | Uint8Array): void;
  /** Resolves when `pattern` has arrived after the last `until`; returns the text up to and including it. */
  until(pattern: RegExp | string, ms?: number): Promise<string>;
  /** Resolves with everything received once the server has closed. */
  closed(ms?: number): Promise<string>;
  end(): void;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let text = '';
  let mark = 0;
  let over = false;
  const waiters = new Set<() => void>();
  const wake = (): void => {
    for (const w of [...waiters]) w();
  };
  socket.on('data', (d: Buffer) => {
    text += d.toString('latin1');
    wake();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    over = true;
    wake();
  });
  const wait = <T>(check: () => T | undefined, ms: number, what: string): Promise<T> =>
    new Promise((done, failed) => {
      const timer = setTimeout(() => {
        waiters.delete(look);
        failed(new Error(`${what} did not come; got ${JSON.stringify(text.slice(mark))}`));
      }, ms);
      const look = (): void => {
        let value: T | undefined;
        try {
          value = check();
        } catch (error) {
          clearTimeout(timer);
          waiters.delete(look);
          failed(error);
          return;
        }
        if (value === undefined) return;
        clearTimeout(timer);
        waiters.delete(look);
        done(value);
      };
      waiters.add(look);
      look();
    });
  await new Promise<void>((done, failed) => {
    socket.once('connect', () => done());
    socket.once('error', failed);
  });
  return {
    socket,
    text: () => text,
    send: (t) => void socket.write(typeof t === 'string' ? Buffer.from(t, 'latin1') : t),
    until: (pattern, ms = 5000) =>
      wait(
        () => {
          const rest = text.slice(mark);
          const at = typeof pattern === 'string' ? rest.indexOf(pattern) : rest.search(pattern);
          if (at < 0) {
            if (over) throw new Error(`closed before ${pattern}; got ${JSON.stringify(rest)}`);
            return undefined;
          }
          const length = typeof pattern === 'string' ? pattern.length : (pattern.exec(rest)?.[0].length ?? 0);
          mark += at + length;
          return rest.slice(0, at + length);
        },
        ms,
        String(pattern),
      ),
    closed: (ms = 5000) => wait(() => (over ? text : undefined), ms, 'close'),
    end: () => socket.destroy(),
  };
}

/** Answers with what differs between servers and runs replaced. */
export function normal(text: string): string {
  return text.replace(/INFO (\{.*?\}) \r\n/g, (_, json: string) => {
    const info = JSON.parse(json) as Record<string, unknown>;
    for (const key of [
      'server_id',
      'server_name',
      'version',
      'go',
      'port',
      'client_id',
      'xkey',
      'nonce',
      'git_commit',
    ]) {
      if (key in info) info[key] = `<${key}>`;
    }
    return `INFO ${JSON.stringify(info)} \r\n`;
  });
}

/** Runs the same scenario against both servers and returns what each gave, ours first; null when there is no real one. */
export async function onBoth<T>(config: string, scenario: (server: TestServer) => Promise<T>): Promise<[T, T | null]> {
  const run = async (start: () => Promise<TestServer>): Promise<T> => {
    const server = await start();
    try {
      return await scenario(server);
    } finally {
      await server.stop();
    }
  };
  const ours = await run(() => startOurs(config));
  return [ours, realServer() === null ? null : await run(() => startReal(config))];
}

/**
 * A client for transcripts: connects with the given CONNECT fields, runs protocol text, and returns the answers with
 * everything that differs from run to run replaced. `ask` ends each piece with a PING, so answers belong to questions.
 */
export interface Talker {
  ask(text: string): Promise<string>;
  /** What arrives without having been asked for, up to a PONG of its own. */
  hear(): Promise<string>;
  end(): void;
  readonly raw: RawClient;
}

export async function talker(server: TestServer, connect: Record<string, unknown> = {}): Promise<Talker> {
  const raw = await rawClient(server.port);
  await raw.until(/INFO .*\r\n/);
  const fields = { verbose: false, pedantic: false, headers: true, no_responders: true, echo: true, ...connect };
  raw.send(`CONNECT ${JSON.stringify(fields)}\r\n`);
  const ask = async (text: string): Promise<string> => {
    raw.send(`${text}PING\r\n`);
    try {
      return (await raw.until(/PONG\r\n/)).slice(0, -6);
    } catch {
      const all = await raw.closed();
      return `${all.slice(all.indexOf('\r\n') + 2)}<closed>`;
    }
  };
  return { ask, hear: () => ask(''), end: () => raw.end(), raw };
}
