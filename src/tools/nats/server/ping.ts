import { formatDuration } from '#base/duration.ts';
import { BoxError } from '#base/errors.ts';
import { toFixedEven } from '#base/fixed.ts';
import { int, nanos, obj, str, stream } from '#cli/schema.ts';
import { gather } from '#client/system/gather.ts';
import { answerOf } from '#client/system/source.ts';
import type { StatsAnswer } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { loadSettings } from '#runtime/settings.ts';
import { linePlot } from '#view/plot.ts';

/** `nats server ping` */
export const command = defineCommand({
  name: 'ping',
  help: 'Ask every server for a sign of life, and time it',
  args: { expect: { type: 'uint', help: 'How many servers to wait for; without it, as many as there are' } },
  flags: {
    graph: { type: 'bool', help: 'Plot how the answers are spread over time' },
    id: { type: 'bool', help: 'Show the ids of the servers too' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: stream(obj({ name: str, id: str, 'cluster?': str, rtt: nanos, 'missing?': int })),
  async run(input, runtime) {
    const [settings, connection] = await Promise.all([loadSettings(runtime), runtime.connect()]);
    const out = runtime.stream();
    const times: number[] = [];
    let expect = Number(input.args.expect ?? 0n);
    let tell: (count: number | undefined) => void = () => undefined;
    const late = new Promise<number | undefined>((resolve) => {
      tell = resolve;
    });
    await gather(connection, '$SYS.REQ.SERVER.PING', '', {
      timeout: Number(settings.timeout / 1_000_000n),
      // Servers that are slow are what one looks for here: only the timeout ends the wait.
      stall: Number(settings.timeout / 1_000_000n),
      signal: runtime.signal,
      expect: expect || late,
      onAnswer: (msg, elapsed) => {
        const { server, statsz } = answerOf<StatsAnswer>(msg);
        expect ||= statsz.active_servers ?? 0;
        tell(expect);
        times.push(Math.trunc(elapsed));
        const rtt = BigInt(Math.round(elapsed * 1e6));
        const data = { name: server.name, id: server.id, ...(server.cluster ? { cluster: server.cluster } : {}), rtt };
        const name = server.name.padEnd(60);
        out.emit(data, () => `${input.flags.id ? `${server.id} ` : ''}${name} rtt=${formatDuration(rtt)}\n`);
      },
    }).catch((error: unknown) => {
      if (runtime.signal.aborted) return;
      if (!(error instanceof BoxError) || error.kind !== 'no-responders' || !out.isText || runtime.contract.strict)
        throw error;
      runtime.out.line(
        '503 status from $SYS.REQ.SERVER.PING, ensure a system account is used with appropriate permissions',
      );
      runtime.exit(1);
    });
    if (out.isText) runtime.out.write(summary(times, expect, input.flags.graph));
    else if (expect > times.length) runtime.err.line(`Missing ${expect - times.length} server(s)`);
    await out.end();
  },
});

/** Statistics of the answers in milliseconds, as ping tools end with. */
export function summary(times: readonly number[], expect: number, graph: boolean): string {
  let text = '\n---- ping statistics ----\n';
  if (times.length === 0) text += 'no responses received\n';
  else {
    const mean = times.reduce((sum, t) => sum + t, 0) / times.length;
    const number = (n: number): string => toFixedEven(n, 2);
    text += `${times.length} replies max: ${number(Math.max(...times))} min: ${number(Math.min(...times))} avg: ${number(mean)}\n`;
    if (graph) text += `\n${spread(times)}\n`;
  }
  return expect !== 0 && expect !== times.length ? `${text}\nMissing ${expect - times.length} server(s)\n` : text;
}

/** Answers per 25 milliseconds. */
function spread(times: readonly number[]): string {
  const buckets = Array.from({ length: Math.trunc(Math.max(...times) / 25) + 1 }, () => 0);
  for (const t of times) {
    const i = Math.trunc(t / 25);
    buckets[i] = (buckets[i] ?? 0) + 1;
  }
  return linePlot(buckets, { height: 15, width: 60, offset: 5, caption: 'Responses per 25ms' });
}
