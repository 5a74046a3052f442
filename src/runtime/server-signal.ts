// `--signal COMMAND[=PID]` of a server: another one that runs here is told to do something.
import { readdirSync, readFileSync } from 'node:fs';
import { fail } from '#base/errors.ts';

const SIGNALS: Record<string, NodeJS.Signals> = {
  stop: 'SIGKILL',
  quit: 'SIGINT',
  term: 'SIGTERM',
  reopen: 'SIGUSR1',
  reload: 'SIGHUP',
  ldm: 'SIGUSR2',
};

/** What the operating system lends. */
export interface SignalWorld {
  /** The text of a file, undefined when there is none. */
  read(path: string): string | undefined;
  /** Ids of the servers that run here. */
  running(): number[];
  kill(pid: number, signal: NodeJS.Signals): void;
}

const world: SignalWorld = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  running: () => servers((path) => world.read(path), process.pid),
  kill: (pid, signal) => void process.kill(pid, signal),
};

/** Servers among the processes of Linux: nats-server, this program under that name, and `natsbox server`. */
function servers(read: SignalWorld['read'], own: number): number[] {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    throw fail('usage', 'the servers that run here cannot be looked up on this system', { hint: 'name one: =PID' });
  }
  return names
    .filter((n) => /^\d+$/.test(n) && Number(n) !== own && isServer(read(`/proc/${n}/cmdline`) ?? ''))
    .map(Number);
}

/** Whether a command line, its words ended by NUL, is that of a server. */
export function isServer(line: string): boolean {
  const [program = '', word] = line.split('\0');
  const name = program.slice(program.lastIndexOf('/') + 1);
  return name === 'nats-server' || (name === 'natsbox' && word === 'server');
}

/**
 * Sends the signal. `asked` is the command, with the id of a process, the path of a pid file, or the beginning of ids
 * and a star; without one there must be exactly one server. Throws with the reason when nobody, or not everybody, got it.
 */
export function sendSignal(asked: string, w: SignalWorld = world): void {
  const [command = '', target = '', ...rest] = asked.split('=');
  if (rest.length > 0) throw fail('usage', `invalid signal parameters: ${rest.join(' ')}`);
  const signal = SIGNALS[command];
  if (signal === undefined) {
    throw fail('usage', `unknown signal ${JSON.stringify(command)}`, { hint: Object.keys(SIGNALS).join(', ') });
  }
  const text = (target === '' ? undefined : w.read(target)?.trim()) ?? target;
  const many = text.endsWith('*');
  const pid = many ? text.slice(0, -1) : text;
  if (pid !== '' && !/^[1-9]\d*$/.test(pid)) throw fail('usage', `invalid pid: ${pid}`);
  const all = pid === '' || many ? w.running() : [Number(pid)];
  if (all.length === 0) throw fail('not-found', 'no server is running here');
  if (all.length > 1 && !many) throw fail('usage', `several servers are running: ${all.join(' ')}`, { hint: '=PID' });
  const meant = all.filter((p) => !many || String(p).startsWith(pid));
  const failed: string[] = [];
  for (const p of meant) {
    try {
      w.kill(p, signal);
    } catch (error) {
      failed.push(`signal ${JSON.stringify(command)} ${p}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failed.length > 0) throw fail('error', failed.join('\n'));
}
