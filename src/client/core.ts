import type { BoxError } from '#base/errors.ts';
import { emptyBytes, textOf, utf8 } from '#wire/bytes.ts';
import type { Frame, LineOp } from '#wire/frame.ts';
import { parseInfo, type ServerInfo } from '#wire/info.ts';
import { createInterner } from '#wire/intern.ts';
import { createScanner } from '#wire/scanner.ts';
import { encodeHeaders, sendable } from './checks.ts';
import { createEmitter, type Emitter } from './emitter.ts';
import { asBoxError, errors, errText, isAuthError, problemOf } from './errors.ts';
import type { Established } from './handshake.ts';
import type { Link } from './link.ts';
import { Outbox } from './outbox.ts';
import type { Pool, Server } from './pool.ts';
import { Pulse } from './pulse.ts';
import type { Settings } from './settings.ts';
import type { ConnectionEvents, ConnectionState, ConnectionStats, Payload, PublishOptions } from './types.ts';

/** What the core knows of a subscription. */
export interface Sub {
  readonly sid: number;
  readonly subject: string;
  readonly queue: string | undefined;
  /** 0: no bound. */
  max: number;
  received: number;
  /** Told to the server as ended; not to be resent. */
  draining: boolean;
  handle(frame: Frame): void;
  /** Takes messages at once that are what `handle` saw last; not where `max` bounds them. */
  readonly repeats: ((times: number) => void) | undefined;
  /** No more messages: by request, by count, or by the error. */
  end(error: BoxError | undefined): void;
  /** Stops new messages and resolves when the received ones have been handled. */
  drain(): Promise<void>;
}

const PONG = utf8.encode('PONG\r\n');
const PING = utf8.encode('PING\r\n');
/** Credentials that run out every hour are renewed; ones refused twice within this many ms are bad. */
const LONG_GOOD_TIME = 10_000;

const noInfo: ServerInfo = {
  server_id: '',
  server_name: '',
  version: '',
  proto: 0,
  host: '',
  port: 0,
  headers: true,
  max_payload: 0,
};

/**
 * The moving parts of one connection: queue out, scanner in, subscriptions, PONGs awaited. It lives across reconnects;
 * `attach` and `detach` put it on and take it off a link.
 */
export class Core {
  readonly settings: Settings;
  readonly pool: Pool;
  readonly events: Emitter<ConnectionEvents> = createEmitter<ConnectionEvents>();
  readonly subs: Map<number, Sub> = new Map();
  readonly intern = createInterner();
  readonly counts: ConnectionStats = { inMsgs: 0, inBytes: 0, outMsgs: 0, outBytes: 0, reconnects: 0, dropped: 0 };
  readonly out = new Outbox();
  info: ServerInfo = noInfo;
  server: Server | undefined;
  link: Link | undefined;
  state: ConnectionState = 'reconnecting';
  lastError: BoxError | undefined;
  /** Whether something was published that no PING of a flush follows. */
  dirty = false;
  /** Called when a link is gone; set by the reconnect loop. */
  onLost: (error: BoxError | undefined) => void = () => {};
  /** Called for every permission violation, before the event. */
  onDenied: (operation: string, subject: string, error: BoxError) => void = () => {};
  /** How many parties want the socket to rest, and how many wait for bytes and overrule the full queues. */
  holds = 0;
  full = 0;
  starving = 0;
  #paused = false;
  #nextSid = 1;
  /** What the server gave as its reason before it closes the link. */
  #reason: BoxError | undefined;
  readonly #pulse = new Pulse({
    connected: () => this.link !== undefined,
    sendPing: () => this.#sendPing(),
    wants: (change) => this.wants(change),
    resting: () => this.#paused,
    stale: () => this.#stale(),
  });
  readonly #scanner = createScanner('server', {
    message: (frame) => this.#message(frame),
    repeats: (frame, times) => this.#repeats(frame, times),
    line: (op, buf, start, end) => this.#line(op, buf, start, end),
  });

  constructor(settings: Settings, pool: Pool) {
    this.settings = settings;
    this.pool = pool;
  }

  // ---- link -------------------------------------------------------------------------------------------------------

  /** Goes on over a fresh link: subscriptions first, then what was kept, then the PINGs somebody waits for. */
  attach(made: Established, server: Server): void {
    const { link } = made;
    const kept = this.out.attach(link);
    this.link = link;
    this.server = server;
    this.state = 'connected';
    this.#paused = false;
    this.#reason = undefined;
    if (this.subs.size > 0) this.#resubscribe();
    if (kept.length > 0) this.out.frames.push(kept);
    this.#pulse.start();
    this.#setInfo(made.info, server);
    link.sink = {
      data: (chunk) => {
        if (this.link === link) this.#data(chunk);
      },
      drain: () => this.out.drained(),
      close: (error) => this.lose(link, error ? asBoxError(error) : undefined),
    };
    if (made.rest.length > 0) this.#data(made.rest);
    this.out.push();
    this.#pulse.keepAlive(this.settings.pingInterval, this.settings.maxPingsOut);
    this.adjust();
  }

  #resubscribe(): void {
    for (const sub of this.subs.values()) {
      if (sub.draining) continue;
      this.#sendSub(sub);
      if (sub.max > 0) this.line(`UNSUB ${sub.sid} ${Math.max(1, sub.max - sub.received)}`);
    }
  }

  /** The link is gone or no good any more. */
  lose(link: Link, error: BoxError | undefined): void {
    if (this.link !== link) return;
    this.#unlink();
    link.destroy();
    this.#scanner.reset();
    const reason = error ?? this.#reason;
    this.#pulse.stop(errors.lost(reason));
    if (this.state !== 'closed') this.onLost(reason);
  }

  #unlink(): void {
    this.link = undefined;
    this.out.detach();
    this.#scanner.stop();
  }

  /** Ends everything for good. */
  shut(error: BoxError | undefined): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    if (error) this.lastError = error;
    const { link } = this;
    this.#unlink();
    this.#pulse.stop(error ?? errors.closed(), true);
    if (this.subs.size > 0) {
      for (const sub of [...this.subs.values()]) sub.end(error);
      this.subs.clear();
    }
    this.out.wake();
    link?.end();
    this.events.emit('close', { error });
  }

  // ---- out --------------------------------------------------------------------------------------------------------

  publish(subject: string, payload?: Payload, options?: PublishOptions): void {
    const data = payload === undefined ? emptyBytes : typeof payload === 'string' ? utf8.encode(payload) : payload;
    const headers = options?.headers === undefined ? emptyBytes : encodeHeaders(options.headers, this.info.headers);
    this.publishParts(subject, options?.reply ?? '', headers, data);
  }

  publishParts(subject: string, reply: string, headers: Uint8Array, data: Uint8Array): void {
    if (this.state === 'closed') throw errors.closed();
    if (!sendable(subject)) throw errors.badSubject(subject);
    if (reply !== '' && !sendable(reply)) throw errors.badSubject(reply);
    const size = headers.length + data.length;
    const max = this.info.max_payload;
    if (max > 0 && size > max) throw errors.maxPayload(size, max);
    this.#refuseBeyond(size);
    this.out.frames.publish(subject, reply, headers, data);
    if (this.settings.options.trace) {
      const op = headers.length > 0 ? `HPUB ${subject} ${reply} ${headers.length}` : `PUB ${subject} ${reply}`;
      this.settings.options.trace('out', `${op.trimEnd()} ${size}`);
    }
    this.#queued(1, size);
  }

  answer(frame: Frame, payload: Uint8Array): boolean {
    if (!frame.hasReply) return false;
    this.#refuseBeyond(payload.length);
    this.out.frames.answer(frame.buf, frame.replyAt, frame.replyEnd, payload);
    this.settings.options.trace?.('out', `PUB ${frame.reply} ${payload.length}`);
    this.#queued(1, payload.length);
    return true;
  }

  publishFrames(frames: Uint8Array, messages: number, lent: boolean): void {
    this.#refuseBeyond(frames.length);
    if (lent) this.out.frames.lend(frames);
    else this.out.frames.push(frames);
    this.#queued(messages, frames.length);
  }

  /** Throws where nothing more is sent, or where so many bytes more would wait for a link than may. */
  #refuseBeyond(bytes: number): void {
    if (this.state === 'closed') throw errors.closed();
    if (this.link === undefined && this.out.length + bytes > this.settings.reconnectBuffer) throw errors.outbound();
  }

  #queued(messages: number, bytes: number): void {
    this.dirty = true;
    this.counts.outMsgs += messages;
    this.counts.outBytes += bytes;
    this.out.kick();
  }

  /** Appends a control line; while there is no link only the state it changed counts. */
  line(text: string): void {
    if (this.link === undefined) return;
    this.settings.options.trace?.('out', text);
    this.out.frames.line(text);
    this.out.kick();
  }

  /** One PING; resolves with its PONG. */
  flush(timeout: number): Promise<void> {
    if (this.state === 'closed') return Promise.reject(errors.closed());
    this.dirty = false;
    return this.#pulse.flush(timeout);
  }

  #sendPing(): void {
    this.out.frames.push(PING);
    this.settings.options.trace?.('out', 'PING');
    this.out.kick();
  }

  #stale(): void {
    const error = errors.stale();
    this.lastError = error;
    this.events.emit('error', { error });
    if (this.link) this.lose(this.link, error);
  }

  // ---- subscriptions ----------------------------------------------------------------------------------------------

  nextSid(): number {
    return this.#nextSid++;
  }

  addSub(sub: Sub): void {
    this.subs.set(sub.sid, sub);
    if (this.link) this.#sendSub(sub);
    if (sub.max > 0) this.line(`UNSUB ${sub.sid} ${sub.max}`);
  }

  #sendSub(sub: Sub): void {
    this.line(`SUB ${sub.subject}${sub.queue === undefined ? '' : ` ${sub.queue}`} ${sub.sid}`);
  }

  /** Forgets a subscription and tells it. */
  dropSub(sub: Sub, error?: BoxError): void {
    if (this.subs.delete(sub.sid)) sub.end(error);
  }

  // ---- flow -------------------------------------------------------------------------------------------------------

  /** Somebody begins (1) or stops (-1) to wait for bytes from the server. */
  wants(change: 1 | -1): void {
    this.starving += change;
    if (this.full > 0) this.adjust();
  }

  get resting(): boolean {
    return this.#paused;
  }

  /** Reads the socket, or lets it rest: rested while held, or while a queue is full and nobody else waits for bytes. */
  adjust(): void {
    const rest = this.holds > 0 || (this.full > 0 && this.starving <= 0);
    if (rest === this.#paused || !this.link) return;
    this.#paused = rest;
    if (rest) this.link.pause();
    else this.link.resume();
  }

  // ---- in ---------------------------------------------------------------------------------------------------------

  #data(chunk: Uint8Array): void {
    const link = this.link;
    this.out.corked = true;
    try {
      this.#scanner.feed(chunk);
    } catch (error) {
      const problem = asBoxError(error);
      this.lastError = problem;
      this.events.emit('error', { error: problem });
      if (link) this.lose(link, problem);
    } finally {
      this.out.uncork();
    }
  }

  /** True when the same message again may be told of by `#repeats`. */
  #message(frame: Frame): boolean {
    const { counts } = this;
    counts.inMsgs++;
    counts.inBytes += frame.end - frame.head;
    this.settings.options.trace?.('in', textOf(frame.buf, frame.start, frame.head).trimEnd());
    const sub = this.subs.get(frame.sid);
    if (sub === undefined) return false;
    const received = ++sub.received;
    try {
      sub.handle(frame);
    } catch (error) {
      this.#handlerFailed(error);
    }
    if (sub.max > 0 && received >= sub.max) this.dropSub(sub);
    return sub.repeats !== undefined && sub.max === 0 && !this.settings.options.trace && this.subs.has(sub.sid);
  }

  #repeats(frame: Frame, times: number): void {
    const { counts } = this;
    counts.inMsgs += times;
    counts.inBytes += (frame.end - frame.head) * times;
    const sub = this.subs.get(frame.sid);
    if (sub === undefined) return;
    sub.received += times;
    try {
      sub.repeats?.(times);
    } catch (error) {
      this.#handlerFailed(error);
    }
  }

  /** A handler's exception must not stop the stream: it is an `error` event, or the runtime's when nobody listens. */
  #handlerFailed(error: unknown): void {
    if (this.events.has('error')) this.events.emit('error', { error: asBoxError(error, 'error') });
    else
      queueMicrotask(() => {
        throw error;
      });
  }

  #line(op: LineOp, buf: Uint8Array, start: number, end: number): void {
    this.settings.options.trace?.('in', op === 'INFO' ? op : `${op} ${textOf(buf, start, end)}`.trimEnd());
    if (op === 'PING') this.out.frames.push(PONG);
    else if (op === 'PONG') this.#pulse.pong();
    else if (op === '-ERR') this.#problem(errText(textOf(buf, start, end)));
    else if (op === 'INFO') {
      const info = parseInfo(textOf(buf, start, end));
      if (info && this.server) this.#setInfo(info, this.server);
    }
  }

  #setInfo(info: ServerInfo, server: Server): void {
    const wasLame = this.info.ldm === true;
    this.info = info;
    if (!this.settings.options.ignoreDiscovered) {
      const urls = server.scheme === 'ws' || server.scheme === 'wss' ? info.ws_connect_urls : info.connect_urls;
      const fresh = urls && urls.length > 0 ? this.pool.learn(urls, server) : [];
      if (fresh.length > 0) this.events.emit('discovered', { servers: fresh });
    }
    if (info.ldm === true && !wasLame) this.events.emit('lame-duck', { server: server.url });
  }

  #problem(text: string): void {
    const problem = problemOf(text);
    this.lastError = problem.error;
    if (problem.operation === undefined) this.#reason = problem.error;
    if (problem.operation !== undefined && problem.subject !== undefined) {
      if (problem.operation === 'subscribe') {
        for (const sub of [...this.subs.values()]) {
          if (sub.subject === problem.subject && sub.queue === problem.queue) this.dropSub(sub, problem.error);
        }
      }
      this.onDenied(problem.operation, problem.subject, problem.error);
    }
    this.events.emit('error', problem);
    if (isAuthError(text) && this.#refusedAgain(problem.error)) this.shut(problem.error);
    // The server closes the connection itself where the problem is fatal; `lose` then follows.
  }

  /** Whether this server refused us with the same words before, without a long good time in between: give up then. */
  #refusedAgain(error: BoxError): boolean {
    const { server } = this;
    if (!server || this.settings.options.ignoreAuthErrorAbort) return false;
    const again = server.refused === error.message && performance.now() - server.tried < LONG_GOOD_TIME;
    server.refused = error.message;
    return again;
  }
}
