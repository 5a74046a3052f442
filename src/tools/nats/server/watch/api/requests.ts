import { formatDuration } from '#base/duration.ts';
import { parseJson } from '#base/json64.ts';
import { goRegExp } from '#base/regex.ts';
import { comma } from '#base/size.ts';
import { int, obj, str, stream } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { requestKind } from './kind.ts';

interface Seen {
  readonly type: string;
  readonly account: string;
  readonly stream: string;
  readonly consumer: string;
  count: number;
  /** Monotonic nanoseconds of the requests within the interval. */
  times: bigint[];
}

/** `nats server watch api requests` */
export const command = defineCommand({
  name: 'requests',
  aliases: ['req'],
  help: 'Watch which JetStream API requests are made, and how often',
  flags: {
    account: { type: 'string', help: 'Only accounts that match this regular expression' },
    top: { type: 'int', short: 'n', default: '10', help: 'Show so many' },
    rate: { type: 'duration', default: '1m', help: 'Interval to count over' },
    'record-consumer': { type: 'bool', default: 'true', negatable: true, help: 'Tell consumers apart' },
    compact: { type: 'bool', default: 'true', negatable: true, help: 'Shorten long names' },
    reverse: { type: 'bool', short: 'R', help: 'The fewest first' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: stream(obj({ type: str, account: str, count: int, rate: int, asset: str })),
  async run(input, runtime) {
    const { flags } = input;
    const interval = flags.rate || 60_000_000_000n;
    const wanted = flags.account ? goRegExp(flags.account) : undefined;
    const seen = new Map<string, Seen>();
    const connection = await runtime.connect();
    connection.subscribe('$JS.API.>', {
      callback: (msg) => {
        const kind = requestKind(msg.subject);
        if (!kind) return;
        const account = accountOf(msg.headers?.get('Nats-Request-Info'));
        if (wanted && account !== '' && !wanted.test(account)) return;
        const consumer = flags['record-consumer'] ? kind.consumer : '';
        const key = [account, kind.type, kind.stream, consumer].join(':');
        const entry = seen.get(key) ?? { ...kind, account, consumer, count: 0, times: [] };
        entry.count += 1;
        entry.times.push(runtime.clock.mono());
        seen.set(key, entry);
      },
    });
    const short = (text: string, head: number, tail: number) =>
      flags.compact && text.length > 20 ? `${text.slice(0, head)}...${tail > 0 ? text.slice(-tail) : ''}` : text;
    const asset = (s: Seen) => (s.consumer ? `${s.stream} > ${short(s.consumer, 12, 0)}` : s.stream);
    const out = runtime.stream();
    while (!runtime.signal.aborted) {
      await runtime.clock.sleep(1000, runtime.signal).catch(() => undefined);
      if (runtime.signal.aborted) break;
      const from = runtime.clock.mono() - interval;
      for (const s of seen.values()) s.times = s.times.filter((t) => t >= from);
      const sorted = [...seen.values()].sort((a, b) => b.times.length - a.times.length || b.count - a.count);
      const shown = (flags.reverse ? sorted.reverse() : sorted).slice(0, flags.top);
      if (!out.isText) {
        for (const s of shown) {
          out.emit(
            { type: s.type, account: s.account, count: s.count, rate: s.times.length, asset: asset(s) },
            () => '',
          );
        }
      } else if (shown.length === 0) runtime.out.line('Waiting for requests...');
      else {
        const rows = shown.map((s) => [s.type, short(s.account, 10, 5), s.count, comma(s.times.length), asset(s)]);
        const headers = ['Type', 'Account', 'Count', `Event / ${formatDuration(interval)}`, 'Asset'];
        const table = await tableText(runtime, { title: `Top ${comma(flags.top)} JS API activity`, headers, rows });
        runtime.out.write(`${runtime.terminal.isTTY ? '\x1b[H\x1b[2J' : ''}${table}\n`);
      }
      await runtime.out.flush();
    }
    await out.end();
  },
});

function accountOf(info: string | undefined): string {
  try {
    return String((parseJson(info ?? '{}') as { acc?: string }).acc ?? '');
  } catch {
    return '';
  }
}
