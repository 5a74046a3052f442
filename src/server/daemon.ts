/** A server as a process has it: a log, a pid file, a ports file, and signals. The command line is the caller's part. */
import { loadConfig } from './config/door.ts';
import { mergeOptions } from './config/flags.ts';
import { problemLine } from './config/reader.ts';
import { type LogWorld, openLog } from './log/logger.ts';
import type { ServerOptions } from './options.ts';
import { createServer, type Server } from './server.ts';

/** What the process lends the server. */
export interface DaemonWorld extends LogWorld {
  /** Name in the ports file, such as nats-server. */
  readonly program: string;
}

export type DaemonSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2';

export interface Daemon {
  readonly server: Server;
  /** Resolves when the server has stopped. */
  readonly ended: Promise<void>;
  /**
   * SIGINT stops at once. SIGTERM tells clients to move, gives them a moment, then stops. SIGUSR1 opens the log file
   * anew, SIGHUP reads the configuration file again, SIGUSR2 starts lame duck mode as configured.
   */
  signal(name: DaemonSignal): Promise<void>;
}

/** How long SIGTERM waits for clients to go by themselves, in ms. */
const TERM_GRACE = 250;

const NAMES: Record<DaemonSignal, string> = {
  SIGINT: 'interrupt',
  SIGTERM: 'terminated',
  SIGHUP: 'hangup',
  SIGUSR1: 'user defined signal 1',
  SIGUSR2: 'user defined signal 2',
};

/** Starts a server with log and files as its options say. `flags` are kept apart so that they win again on reload. */
export async function startDaemon(file: ServerOptions, flags: ServerOptions, world: DaemonWorld): Promise<Daemon> {
  const options = mergeOptions(file, flags);
  const log = await openLog(options.log ?? {}, world);
  let ended = (): void => {};
  const over = new Promise<void>((done) => {
    ended = done;
  });
  const reloaded = async (): Promise<ServerOptions> => {
    const path = options.configFile;
    if (!path) throw new Error('can only reload config when a file is provided using -c or --config');
    const loaded = await loadConfig({ path });
    if (loaded.errors.length > 0) throw new Error(loaded.errors.map(problemLine).join('\n'));
    const next = mergeOptions(loaded.options, flags);
    return { ...next, logger: log, reloadFrom: reloaded, onReload: () => follow(next) };
  };
  let files: Files | undefined;
  /** The reload itself is done: what fails here is told and changes nothing of it. */
  const follow = async (next: ServerOptions): Promise<void> => {
    for (const step of [() => log.configure(next.log ?? {}), () => files?.update(next)]) {
      try {
        await step();
      } catch (error) {
        log.log('error', error instanceof Error ? error.message : String(error));
      }
    }
  };
  let server: Server;
  try {
    server = await createServer({ ...options, logger: log, reloadFrom: reloaded });
  } catch (error) {
    log.close();
    throw error;
  }
  files = await writeFiles(options, server, world);
  let stopping = false;
  const finish = async (how: () => Promise<void>): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.log('info', 'Initiating Shutdown...');
    await how();
    log.log('info', 'Server Exiting..');
    files?.remove();
    log.close();
    ended();
  };
  server.on('close', () => {
    if (!stopping) void finish(async () => {});
  });
  return {
    server,
    ended: over,
    async signal(name) {
      log.log('info', `Trapped ${JSON.stringify(NAMES[name])} signal`);
      switch (name) {
        case 'SIGINT':
          return finish(() => server.close());
        case 'SIGTERM':
          return finish(() => server.drain(TERM_GRACE));
        case 'SIGUSR1':
          log.log('info', log.reopen() ? 'File log re-opened' : 'File log re-open ignored, not a file logger');
          return;
        case 'SIGUSR2':
          await server.lameDuck();
          return;
        case 'SIGHUP':
          try {
            await server.reload(await reloaded());
          } catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            log.log('error', `Failed to reload server configuration: ${why}`);
          }
      }
    },
  };
}

interface Files {
  /** Writes those that are named anew, as after a reload. */
  update(options: ServerOptions): Promise<void>;
  remove(): void;
}

/** Writes the pid and ports files. */
async function writeFiles(first: ServerOptions, server: Server, world: DaemonWorld): Promise<Files> {
  let pidFile = '';
  let ports = '';
  let fs: typeof import('node:fs') | undefined;
  const update = async (options: ServerOptions): Promise<void> => {
    if (options.pidFile && options.pidFile !== pidFile) {
      fs ??= await import('node:fs');
      pidFile = options.pidFile;
      fs.writeFileSync(pidFile, String(world.pid), { mode: 0o640 });
    }
    const dir = options.portsFileDir?.replace(/\/$/, '');
    const path = options.portsFileDir ? `${dir}/${world.program}_${world.pid}.ports` : '';
    if (path === ports) return;
    fs ??= await import('node:fs');
    if (ports !== '') fs.rmSync(ports, { force: true });
    ports = path;
    if (ports !== '') fs.writeFileSync(ports, JSON.stringify(await server.ports()), { mode: 0o644 });
  };
  await update(first);
  return {
    update,
    remove() {
      if (ports !== '') fs?.rmSync(ports, { force: true });
      if (pidFile !== '') fs?.rmSync(pidFile, { force: true });
    },
  };
}
