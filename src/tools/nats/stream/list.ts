// Streams as rows of a table and of data, for ls and find.
import { humanDuration } from '#base/duration.ts';
import { comma, humanBytes } from '#base/size.ts';
import { formatDateTime, isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import { int, obj, str, time } from '#cli/schema.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { since } from '../jetstream/cluster.ts';

/** Schema of a row. */
export const streamRowSchema = obj({
  name: str,
  'description?': str,
  created: time,
  messages: int,
  bytes: int,
  'last_message?': time,
  consumers: int,
});

/** A stream as data. */
export function streamRow(info: StreamInfo) {
  const { config, state } = info;
  const last = tryParseRfc3339(state.last_ts) ?? 0n;
  return {
    name: config.name,
    ...(config.description ? { description: config.description } : {}),
    created: info.created,
    messages: state.messages,
    bytes: state.bytes,
    ...(isZeroTime(last) ? {} : { last_message: state.last_ts }),
    consumers: state.consumer_count,
  };
}

function lastText(info: StreamInfo, now: bigint): string {
  const last = tryParseRfc3339(info.state.last_ts) ?? 0n;
  return isZeroTime(last) ? 'never' : humanDuration(since(info.state.last_ts, info.ts, now));
}

/** The table of streams, the largest last, and two empty lines. */
export async function streamsTable(runtime: Runtime, title: string, streams: readonly StreamInfo[]): Promise<string> {
  const now = runtime.clock.now();
  const order = (a: StreamInfo, b: StreamInfo) => {
    const [x, y] = [BigInt(a.state.bytes), BigInt(b.state.bytes)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  const table = await tableText(runtime, {
    title,
    headers: ['Name', 'Description', 'Created', 'Messages', 'Size', 'Last Message'],
    rows: [...streams]
      .sort(order)
      .map((s) => [
        s.config.name,
        s.config.description ?? '',
        formatDateTime(tryParseRfc3339(s.created) ?? 0n),
        comma(s.state.messages),
        humanBytes(s.state.bytes),
        lastText(s, now),
      ]),
  });
  return `${table}\n\n`;
}
