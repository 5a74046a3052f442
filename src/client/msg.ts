import { emptyBytes, textOf } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import type { Core } from './core.ts';
import { leave } from './garbage.ts';
import type { Msg, Payload, PublishOptions } from './types.ts';

/** A message with bytes of its own, made from the reused view. */
export class Message implements Msg {
  readonly subject: string;
  readonly sid: number;
  readonly reply: string | undefined;
  readonly data: Uint8Array;
  readonly size: number;
  #block: Uint8Array | undefined;
  #headers: MsgHeaders | undefined;
  readonly #core: Core;

  constructor(core: Core, frame: Frame) {
    const { buf, body } = frame;
    this.#core = core;
    this.subject = core.intern.text(buf, frame.subjectAt, frame.subjectEnd);
    this.sid = frame.sid;
    this.reply = frame.replyEnd > frame.replyAt ? textOf(buf, frame.replyAt, frame.replyEnd) : undefined;
    this.data = frame.end > body ? buf.slice(body, frame.end) : emptyBytes;
    this.size = frame.end - frame.head;
    leave(this.size);
    if (body > frame.head) this.#block = buf.slice(frame.head, body);
  }

  get headers(): MsgHeaders | undefined {
    if (this.#block === undefined) return undefined;
    return (this.#headers ??= MsgHeaders.parse(this.#block));
  }

  respond(payload?: Payload, options?: PublishOptions): boolean {
    if (this.reply === undefined) return false;
    this.#core.publish(this.reply, payload, options);
    return true;
  }

  string(): string {
    return textOf(this.data);
  }

  json<T = unknown>(): T {
    return JSON.parse(textOf(this.data)) as T;
  }
}

/** Whether a frame is the server's "nobody listens" (status 503, no payload). */
export function isNoResponders(frame: Frame): boolean {
  const { buf, head } = frame;
  // "NATS/1.0 503": the digits begin at 9.
  return (
    frame.end === frame.body &&
    frame.body - head >= 12 &&
    buf[head + 9] === 53 &&
    buf[head + 10] === 48 &&
    buf[head + 11] === 51 &&
    buf[head + 8] === 32
  );
}
