// What a refresh of the screen of nats-top costs with many connections, and whether the memory stays flat.
// Run with: node scripts/bun.mjs bench/top.ts [CONNECTIONS] [REFRESHES]; needs the built program and nats-server, and as
// many open files as connections (ulimit -n).
import { readFileSync } from 'node:fs';
import { startNatsServer } from '#test/nats-server.ts';
import { startPty } from '#test/pty.ts';
import { topProgram } from '#test/top.ts';

const connections = Number(process.argv[2] ?? 10_000);
const refreshes = Number(process.argv[3] ?? 1_000);
/** Connections made at a time, and milliseconds between two keys. */
const AT_ONCE = 100;
const PAUSE_MS = 50;

/** A client that says who it is, subscribes once, and answers pings. */
function client(port: number, number: number): Promise<void> {
  return new Promise((resolve, reject) => {
    void Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        open: (socket) => {
          socket.write(`CONNECT {"verbose":false,"name":"client-${number}"}\r\nSUB subject.${number} 1\r\nPING\r\n`);
        },
        data: (socket, bytes) => {
          const text = bytes.toString();
          if (text.includes('PING')) socket.write('PONG\r\n');
          if (text.includes('PONG')) resolve();
        },
        connectError: (_socket, error) => reject(error),
      },
    });
  });
}

/** Milliseconds of CPU so far, and MB of memory now. */
function costs(pid: number): { cpu: number; memory: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpu: (Number(fields[11]) + Number(fields[12])) * 10, memory: Math.round(Number(memory) / 1024) };
}

const server = await startNatsServer();

/** Refreshes the server has answered; keys pressed while one is under way do not make another. */
async function answered(): Promise<number> {
  const varz = (await (await fetch(`http://127.0.0.1:${server.monitorPort}/varz`)).json()) as {
    http_req_stats: Record<string, number>;
  };
  return varz.http_req_stats['/connz'] ?? 0;
}

for (let at = 0; at < connections; at += AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, connections - at) }, (_, i) => client(server.port, at + i)));
}
const pty = startPty([topProgram, '-m', String(server.monitorPort), '-n', String(connections * 2), '-d', '600']);
await pty.until(new RegExp(`of ${connections} `), 60_000);
const [start, first] = [costs(pty.pid), await answered()];
for (let told = 0; told < 10; ) {
  pty.type('r');
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const done = (await answered()) - first;
  if (done < (refreshes * (told + 1)) / 10) continue;
  told += 1;
  const { cpu, memory } = costs(pty.pid);
  process.stdout.write(`${done} refreshes: ${((cpu - start.cpu) / done).toFixed(1)} ms of CPU each, ${memory} MB\n`);
}
pty.kill('SIGTERM');
await server.stop();
process.exit(0);
