// Messages as text, in the lines scripts know, and as records.
import { formatDuration } from '#base/duration.ts';
import { human } from '#base/human.ts';
import { formatLayout, layouts } from '#base/layout.ts';
import { quote } from '#base/quote.ts';
import { formatDateTime, formatRfc3339Nano } from '#base/time.ts';
import { shortAscii } from '#base/utf8.ts';
import { visible, visibleLine } from '#base/visible.ts';
import type { Emitter, Runtime } from '#runtime/runtime.ts';
import { bodyOutput } from '../messaging/body.ts';
import { recordOf } from '../messaging/records.ts';
import { headerLines } from '../messaging/shown.ts';
import type { Options, Received } from './options.ts';
import type { PairView } from './view.ts';

/** Default and raw text on stdout. */
export function printView(options: Options, runtime: Runtime): PairView {
  const { out } = runtime;
  const start = runtime.clock.mono();
  const tty = out.isTTY;
  const safe = (text: string) => (tty ? visibleLine(text) : text);

  const { translate, codec } = options;
  const plain = !translate && !tty && (codec === undefined || codec === 'text');

  /** Bytes as they are need no waiting. */
  function bytes(data: Uint8Array, compact: boolean): void {
    if (data.length === 0) {
      out.write(compact ? 'nil body\n' : 'nil body\n\n\n');
      return;
    }
    const ended = data[data.length - 1] === 10;
    out.write(shortAscii(data, 0, data.length) ?? data);
    out.write(compact ? (ended ? '' : '\n') : ended ? '\n' : '\n\n\n');
  }

  async function lateBody(message: Received, compact: boolean): Promise<void> {
    const stream = message.delivery?.stream;
    out.write(await bodyOutput(runtime, message.data, { translate, codec, subject: message.subject, stream, compact }));
  }

  function body(message: Received, compact: boolean): Promise<void> | void {
    return plain ? bytes(message.data, compact) : lateBody(message, compact);
  }

  function headersAndBody(message: Received): Promise<void> | void {
    if (options.subjectsOnly) return;
    const lines = headerLines(runtime, message.headers);
    if (lines.length > 0) out.write(`${lines.join('\n')}\n\n`);
    if (!options.headersOnly) return body(message, false);
  }

  const stamp = (message: Received) => stampText(options, runtime, message, start);

  function pretty(message: Received, n: number): Promise<void> | void {
    if (runtime.globals['trace'] === true && message.reply) out.write(`<<< Reply Subject: ${safe(message.reply)}\n`);
    out.write(`[#${n}]${stamp(message)} ${safe(headline(message))}\n`);
    return headersAndBody(message);
  }

  return {
    message: (message, n) => (options.raw ? body(message, true) : pretty(message, n)),
    pair: async (request, reply, n) => {
      if (options.raw) {
        await body(request, true);
        out.write(tty ? visible(reply.data) : reply.data);
        out.write('\n');
        return;
      }
      await pretty(request, n);
      out.write(`[#${n}]${stamp(reply)} Matched reply on ${safe(quote(reply.subject))}\n`);
      await headersAndBody(reply);
    },
    end: () => out.flush(),
  };
}

/** The line above a message, behind its number. */
export function headline(message: Pick<Received, 'subject' | 'reply' | 'delivery'>): string {
  const { delivery: at, subject, reply } = message;
  if (!at) return `Received on ${quote(subject)}${reply ? ` with reply ${quote(reply)}` : ''}`;
  const time = formatDateTime(at.time);
  if (at.consumer === '') {
    return `Received JetStream message (direct): stream: ${at.stream} seq ${at.streamSeq} / subject: ${subject} / time: ${time}`;
  }
  return `Received JetStream message: stream: ${at.stream} seq: ${human(at.streamSeq)} / pending: ${human(at.pending)} / subject: ${subject} / time: ${time}`;
}

/** Messages of a stream have a time of their own, others the time of their arrival. */
function stampText(options: Options, runtime: Runtime, message: Received, start: bigint): string {
  if (options.stamp === undefined) return '';
  const stored = message.delivery?.consumer ? message.delivery.time : undefined;
  const now = runtime.clock.now();
  if (options.stamp === 'time') return ` @ ${formatLayout(stored ?? now, layouts.stampMicro)}`;
  return ` @ ${formatDuration(stored === undefined ? runtime.clock.mono() - start : now - stored)}`;
}

/** The record without a body. */
function bareRecord({ subject, reply, headers }: Received): object {
  const { data_base64: _none, ...bare } = recordOf({ subject, reply, headers, data: new Uint8Array(0) }, 'base64');
  return bare;
}

/** One record for each message. A reply that was matched follows its request and has the same number. */
export function recordView(options: Options, runtime: Runtime, emitter: Emitter<object>): PairView {
  const emit = (given: Received, n: number) => {
    // What is published again from a record must not bring what a direct get says of the message.
    const message = given.own ? { ...given, headers: given.own() } : given;
    const at = message.delivery;
    const time = at ? at.time : runtime.clock.now();
    emitter.emit(
      {
        n,
        ...(options.headersOnly || options.subjectsOnly ? bareRecord(message) : recordOf(message, options.codec)),
        ...(at ? { stream: at.stream, seq: at.streamSeq, pending: at.pending } : {}),
        ...(at?.consumer ? { consumer: at.consumer } : {}),
        time: formatRfc3339Nano(time),
      },
      () => '',
    );
  };
  return {
    message: emit,
    pair: (request, reply, n) => {
      emit(request, n);
      emit(reply, n);
    },
    end: () => emitter.end(),
  };
}
