import { formatDuration, roundDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { atLeast } from '#base/semver.ts';
import { tryParseRfc3339 } from '#base/time.ts';
import { any, arr, obj, record, str } from '#cli/schema.ts';
import { kinds, type Trace, type TraceStep, traceMessage } from '#client/tracing.ts';
import { defineCommand } from '#runtime/command.ts';
import { loadSettings } from '#runtime/settings.ts';
import { columnsText } from '#runtime/text.ts';
import { columns } from '#view/columns.ts';
import { MsgHeaders } from '#wire/headers.ts';

/** `nats trace` */
export const command = defineCommand({
  name: 'trace',
  help: 'Show the way of a message through the servers\n\nThe message is not delivered unless --deliver is given: servers tell what they would do.',
  args: {
    subject: { type: 'string', required: true, help: 'Subject of the message' },
    payload: { type: 'string', help: 'Body of the message' },
  },
  flags: {
    deliver: { type: 'bool', help: 'Deliver the message too' },
    timestamp: { type: 'bool', short: 'T', help: 'Show when things happened' },
    header: { type: 'key=value', cumulative: true, short: 'H', help: 'Add a header, Name:value; may be repeated' },
  },
  tags: { scope: 'user', impact: 'rw' },
  output: record({ server: obj({ name: str }), events: arr(obj({ type: str, 'ts?': str, 'link?': any })) }),
  examples: ['nats trace orders.new', 'nats trace orders.new "body" --deliver -H Nats-Msg-Id:1'],
  async run(input, runtime) {
    const { subject, payload = '' } = input.args;
    const { deliver, timestamp, header } = input.flags;
    const [settings, connection] = await Promise.all([loadSettings(runtime), runtime.connect()]);
    if (!atLeast(connection.info.version, '2.11.0')) {
      throw fail('usage', 'tracing messages require NATS Server 2.11');
    }
    const title = `Tracing message route to subject ${subject} ${deliver ? 'with delivery to the final destination' : ''}\n\n`;
    if (runtime.contract.plan) {
      const text = () => `${deliver ? 'would deliver and trace' : 'would trace'} a message on ${subject}\n`;
      return runtime.show({ data: { server: { name: connection.info.server_name }, events: [] }, text });
    }
    const headers = new MsgHeaders();
    for (const [name, value] of header) headers.set(name, value);
    const tracing = runtime.globals['trace'] === true;
    const trace = await traceMessage(connection, subject, payload, {
      deliver,
      headers,
      timeout: Number(settings.timeout / 1_000_000n),
      signal: runtime.signal,
      ...(tracing ? { onAnswer: (text: string) => runtime.log(`>>> ${text}`) } : {}),
    });
    await runtime.show({
      data: trace,
      text: async () => {
        const counts: Record<string, number> = {};
        const lines = traceLines(trace, timeOf(trace), { timestamp, counts }, '');
        const egress = columns('Egress Count:').countRows(counts, 'down');
        const streams = counts['JetStream'] ?? 0;
        return (
          `${title}${lines.map((line) => `${line}\n`).join('')}\n${legend}\n\n` +
          (Object.keys(counts).length > 0 ? await columnsText(runtime, egress) : '') +
          (streams > 1 ? `WARNING: The message was received by ${streams} streams\n` : '')
        );
      },
    });
  },
});

const legend = 'Legend: Client: --C Router: --> Gateway: ==> Leafnode: ~~> JetStream: --J Error: --X';

interface Style {
  readonly timestamp: boolean;
  /** Counted while lines are made. */
  readonly counts: Record<string, number>;
}

const names: Readonly<Record<number, readonly [name: string, id: string, arrow: string]>> = {
  [kinds.client]: ['Client', 'cid', '--C'],
  [kinds.router]: ['Router', 'rid', '-->'],
  [kinds.gateway]: ['Gateway', 'gid', '==>'],
  [kinds.system]: ['System', 'id', ''],
  [kinds.leaf]: ['Leafnode', 'lid', '~~>'],
  [kinds.jetstream]: ['JetStream', 'id', '--J'],
  [kinds.account]: ['Account', 'id', ''],
};
const unknown = ['Unknown Kind', 'id', ''] as const;

/** `Client "name" cid:8` */
function peerText({ kind = 0, name, cid = 0 }: TraceStep): string {
  const [label, id] = names[kind] ?? unknown;
  return `${label}${name ? ` ${quote(name)}` : ''} ${id}:${cid}`;
}

function pairs(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .map(([key, value]) => (value === undefined ? '' : ` ${key}:${quote(value)}`))
    .join('');
}

function timeOf(trace: Trace): bigint {
  const [first] = trace.events;
  return tryParseRfc3339((first?.type === 'in' ? first.ts : undefined) ?? trace.server.time ?? '') ?? 0n;
}

/** The lines of one server and, further right, of those it sent to. Times count from the step that led here. */
function traceLines(trace: Trace, since: bigint, style: Style, indent: string): string[] {
  const stamped = (lines: readonly string[], step: TraceStep) => {
    if (!style.timestamp) return lines.map((line) => indent + line);
    const at = (tryParseRfc3339(step.ts ?? '') ?? since) - since;
    const stamp = at < 0n ? 'Skew' : formatDuration(roundDuration(at, 1000n));
    return lines.map((line) => `${indent}[${stamp}] ${line}`);
  };
  const of = (type: TraceStep['type']) => trace.events.filter((step) => step.type === type);
  const lines = (['in', 'sm', 'si', 'se', 'js'] as const).flatMap((type) =>
    (type === 'sm' || type === 'js' || type === 'in' ? of(type).slice(0, 1) : of(type)).flatMap((step) =>
      stamped(stepLines(trace, step, style), step),
    ),
  );
  const [first] = trace.events;
  const sent = trace.events.filter((step) => step.type === 'eg');
  if (sent.length === 0 && first?.type === 'in' && (first.kind ?? 0) === kinds.client && !first.error) {
    lines.push(`${indent}--X No active interest`);
  }
  for (const step of sent) {
    lines.push(...stamped(egressLines(trace, step, style), step));
    const next = step.link;
    if (next) lines.push(...traceLines(next, tryParseRfc3339(step.ts ?? '') ?? since, style, `${indent}    `));
  }
  return lines;
}

function stepLines(trace: Trace, step: TraceStep, { counts }: Style): string[] {
  const { server } = trace;
  switch (step.type) {
    case 'in': {
      if (step.error && !server.id) return [`  !!! Ingress Error: ${step.error}`];
      const clustered = step.kind === kinds.gateway || (step.kind ?? 0) === kinds.client;
      const cluster = clustered && server.cluster ? server.cluster : undefined;
      const line = `${peerText(step)}${pairs({ cluster, server: server.name, version: server.ver ?? '' })}`;
      return step.error ? [line, `--X Error: ${step.error}`] : [line];
    }
    case 'sm':
      return [`    Mapping${pairs({ subject: step.to ?? '' })}`];
    case 'si':
      return [`    Service Import${pairs({ from: step.from ?? '', to: step.to ?? '', account: step.acc ?? '' })}`];
    case 'se':
      return [`    Stream Export${pairs({ subject: step.to ?? '', account: step.acc ?? '' })}`];
    default: {
      if (step.error && !step.stream) return [`!!! Expected JetStream event: ${step.error}`];
      counts['JetStream'] = (counts['JetStream'] ?? 0) + 1;
      const action = step.nointerest ? 'no interest' : 'stored';
      const line = `--J JetStream${pairs({ action, stream: step.stream ?? '', subject: step.subject ?? '' })}`;
      return step.error ? [line, `--X Error: ${step.error}`] : [line];
    }
  }
}

function egressLines(trace: Trace, step: TraceStep, { counts }: Style): string[] {
  if (step.error && !trace.server.id) return [`!!! Egress Error: ${step.error}`];
  const [label, , arrow] = names[step.kind ?? 0] ?? unknown;
  counts[label] = (counts[label] ?? 0) + 1;
  const more = { account: step.acc || undefined, subject: step.sub || undefined, queue: step.queue || undefined };
  const line = `${arrow} ${peerText(step)}${pairs(more)}`;
  return step.error ? [line, `  --X Error: ${step.error}`] : [line];
}
