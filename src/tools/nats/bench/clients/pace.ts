// Keeping to a speed: pauses between messages, a bound on the rate, and sending times that do not wait for the server.
import { type Client, pause, turn } from './client.ts';

/** Waits that are shorter are saved up: timers are no finer than this many milliseconds. */
const GRAIN = 1;

/** What a closed loop does after each message; undefined where nothing slows it down. Gives the milliseconds it waited. */
export type Brake = (sent: number) => Promise<number>;

/** Applies `--sleep` and `--throughput`. */
export function brakeOf(client: Client): Brake | undefined {
  const { sleep, throughput, clients } = client.plan;
  if (sleep <= 0 && throughput <= 0) return undefined;
  const rate = throughput > 0 ? throughput / clients / 1000 : 0;
  const begin = performance.now();
  let owed = 0;
  return async (sent) => {
    const now = performance.now();
    owed += sleep;
    const late = rate > 0 ? sent / rate - (now - begin) : 0;
    const wait = Math.max(owed, late);
    if (wait < GRAIN) return 0;
    await pause(wait, client.signal);
    const waited = performance.now() - now;
    owed = Math.max(0, owed - waited);
    return waited;
  };
}

/** Clients that pause do not all begin at the same moment. */
export async function stagger(client: Client): Promise<void> {
  const { sleep } = client.plan;
  if (sleep > 0 && client.index > 0) await pause(Math.random() * sleep, client.signal);
}

/** Waits until `performance.now()` reaches `time`, exactly: by a timer as far as that goes, then turn by turn. */
export async function until(time: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const left = time - performance.now();
    if (left <= 0) return;
    if (left > 2) await pause(left - 1.5, signal);
    else await turn();
    signal.throwIfAborted();
  }
}

/** The times of an open loop: when which message has to leave. */
export interface Schedule {
  /** `performance.now()` at which message `i` of this client is to be sent. */
  at(i: number): number;
  /** How many of them are due now. */
  due(): number;
}

/** Clients of an open loop take turns: together they have the rate asked for. */
export function scheduleOf(client: Client): Schedule {
  const { rate, clients } = client.plan;
  const gap = (1000 * clients) / rate;
  const begin = performance.now() + (client.index * gap) / clients;
  return {
    at: (i) => begin + i * gap,
    due: () => Math.max(0, Math.floor((performance.now() - begin) / gap) + 1),
  };
}
