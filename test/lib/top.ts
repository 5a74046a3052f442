// nats-top in a pseudo terminal, and monitoring ports that say what a test likes.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort } from './nats-server.ts';
import { hasPty, type Pty, startPty } from './pty.ts';

/** The built nats-top. */
export const topProgram = fileURLToPath(new URL('../../dist/bin/nats-top', import.meta.url));
/** Why a test on a screen is left out. */
export const noPty = hasPty ? false : 'no pseudo terminal in this runtime';

const open: (() => void)[] = [];
/** Ends everything that was started here. */
export function closeTops(): void {
  for (const close of open.splice(0)) close();
}

/** A monitoring port of a server that is not there. */
export interface FakeMonitor {
  readonly port: number;
  readonly requests: string[];
  conns: object[];
  /** What other paths answer; the others are not found. */
  readonly answers: Record<string, object>;
  slow: number;
  name: string;
  start: string;
  polls: number;
  stop(): void;
  listen(): Promise<void>;
}

/** A connection as /connz tells it. */
export function conn(cid: number, more: object = {}): object {
  const bytes = { in_msgs: 1500, out_msgs: 2_500_000, in_bytes: 1_048_576, out_bytes: 1_073_741_824 };
  const times = { uptime: '5m1s', last_activity: '2026-01-02T03:04:05.678Z', idle: '0s', rtt: '1ms' };
  const who = { ip: '127.0.0.1', port: 10_000 + (cid % 50_000), lang: 'go', version: '1.53.1', name: `client-${cid}` };
  const subs = { subscriptions: 2, pending_bytes: 0, subscriptions_list: [`sub.${cid}`, 'all.>'] };
  return { cid, ...who, ...subs, ...bytes, ...times, ...more };
}

/** A monitoring port with the connections one likes; time passes by a second per poll, whatever the clock says. */
export async function fakeMonitor(conns: object[]): Promise<FakeMonitor> {
  let server: Server | undefined;
  const port = await freePort();
  const self: FakeMonitor = {
    port,
    requests: [],
    conns,
    answers: {},
    slow: 3,
    name: 'mock',
    start: '2026-01-01T00:00:00Z',
    polls: 0,
    stop() {
      server?.closeAllConnections();
      server?.close();
    },
    listen: () =>
      new Promise((resolve) => {
        server = createServer((request, response) => {
          const url = new URL(request.url ?? '/', 'http://x');
          self.requests.push(request.url ?? '');
          if (url.pathname === '/varz') self.polls++;
          const now = new Date(Date.UTC(2026, 0, 2) + self.polls * 1000).toISOString();
          const traffic = {
            in_msgs: self.polls * 100,
            out_msgs: self.polls * 200,
            in_bytes: self.polls * 2048,
            out_bytes: 0,
          };
          const load = { mem: 123_456_789, cpu: 12.5, slow_consumers: self.slow, ...traffic };
          const id = {
            server_id: 'NABC',
            server_name: self.name,
            version: '2.15.1',
            uptime: '1d2h',
            start: self.start,
          };
          const limit = Number(url.searchParams.get('limit') ?? 1024);
          const connections = self.conns.slice(0, limit);
          const connz = { num_connections: connections.length, total: self.conns.length, now, connections };
          const known: Record<string, object> = { '/varz': { ...id, ...load, now }, '/connz': connz };
          const answer = self.answers[url.pathname] ?? known[url.pathname];
          if (!answer) response.statusCode = 404;
          response.end(answer ? JSON.stringify('toJSON' in answer ? answer : { now, ...answer }) : 'not found\n');
        }).listen(port, '127.0.0.1', resolve);
      }),
  };
  await self.listen();
  open.push(() => self.stop());
  return self;
}

/** nats-top on a screen, watching that port. */
export function topScreen(port: number, options: Parameters<typeof startPty>[1] = {}, ...args: string[]): Pty {
  const pty = startPty([topProgram, '-s', '127.0.0.1', '-m', String(port), ...args], options);
  open.push(() => pty.kill('SIGKILL'));
  return pty;
}

/** Waits until it has ended with that status, and gave the terminal back. */
export async function quits(pty: Pty, status = 0): Promise<void> {
  assert.equal(await pty.exited, status);
  await pty.screen();
  assert.equal(pty.buffer, 'normal');
  assert.match(pty.output, /\x1b\[\?25h[\s\S]*\x1b\[\?1049l/);
}
