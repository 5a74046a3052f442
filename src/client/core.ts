import type { BoxError } from '#base/errors.ts';
import { emptyBytes, textOf, utf8 } from '#wire/bytes.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { parseInfo, type ServerInfo } from '#wire/info.ts';
import { createInterner } from '#wire/intern.ts';
import { createScanner, type Frame, type LineOp } from '#wire/scanner.ts';
import { FrameQueue } from '#wire/writer.ts';
import { createEmitter, type Emitter } from './emitter.ts';
import { asBoxError, errors, errText, isAuthError, problemOf } from './errors.ts';
import type { Established } from './handshake.ts';
import type { Pool, Server } from './pool.ts';
import type { Settings } from './settings.ts';
import type { Link } from './socket.ts';
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
  /** No more messages: by request, by count, or by the error. */
  end(error: BoxError | undefined): void;
  /** Stops new messages and resolves when the received ones have been handled. */
  drain(): Promise<void>;
}

interface Pong {
  resolve: () => void;
  reject: (error: BoxError) => void;
}

const PONG = utf8.encode('PONG\r\n');
const PING = utf8.encode('PING\r\n');
/** Queued bytes at which a publish loop without pauses hands them to the kernel: best of 64, 128 and 512 K in trials. */
const FLUSH_AT = 128 * 1024;
/** Queued bytes above which `writable` makes the publisher wait. */
const HIGH = 1024 * 1024;

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
  readonly out = new FrameQueue();
  info: ServerInfo = noInfo;
  server: Server | undefined;
  link: Link | undefined;
  state: ConnectionState = 'reconnecting';
  lastError: BoxError | undefined;
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
  #corked = false;
  #scheduled = false;
  /** The kernel took nothing: asking again before it says `drain` would be a system call for each message. */
  #blocked = false;
  #pongs: (Pong | undefined)[] = [];
  /** Flushes asked for while there was no link. */
  #later: Pong[] = [];
  #pingsOut = 0;
  #pinger: ReturnType<typeof setInterval> | undefined;
  #writable: { promise: Promise<void>; resolve: () => void } | undefined;
  readonly #scanner = createScanner('server', {
    message: (frame) => this.#message(frame),
    line: (op, buf, start, end) => this.#line(op, buf, start, end),
  });

  constructor(settings: Settings, pool: Pool) {
    this.settings = settings;
    this.pool = pool;
  }

  // ---- link -------------------------------------------------------------------------------------------------------

  /** Goes on over a fresh link: subscriptions first, then what was kept, then the PINGs somebody waits for. */
  attach(made: Established, server: Server): void {
    const kept = this.out.length > 0 ? this.out.unsentMessages() : emptyBytes;
    this.out.clear();
    this.link = made.link;
    this.server = server;
    this.state = 'connected';
    this.#pingsOut = 0;
    this.#paused = false;
    this.#blocked = false;
    if (this.subs.size > 0) this.#resubscribe();
    if (kept.length > 0) this.out.push(kept);
    if (this.#later.length > 0) for (const pong of this.#later.splice(0)) this.#ping(pong);
    this.#setInfo(made.info, server);
    const link = made.link;
    link.sink = {
      data: (chunk) => this.#data(chunk),
      drain: () => {
        this.#blocked = false;
        this.push();
      },
      close: (error) => this.lose(link, error ? asBoxError(error) : undefined),
    };
    if (made.rest.length > 0) this.#data(made.rest);
    this.push();
    this.#startPinger();
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
    this.link = undefined;
    clearInterval(this.#pinger);
    link.destroy();
    this.#scanner.stop();
    this.#scanner.reset();
    const lost = errors.lost(error);
    for (const pong of this.#pongs.splice(0)) pong?.reject(lost);
    if (this.state === 'closed') return;
    this.onLost(error ?? (this.lastError?.kind === 'denied' ? this.lastError : undefined));
  }

  /** Ends everything for good. */
  shut(error: BoxError | undefined): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    if (error) this.lastError = error;
    clearInterval(this.#pinger);
    const link = this.link;
    this.link = undefined;
    this.#scanner.stop();
    if (this.#pongs.length + this.#later.length > 0) {
      const reason = error ?? errors.closed();
      for (const pong of this.#pongs.splice(0)) pong?.reject(reason);
      for (const pong of this.#later.splice(0)) pong.reject(reason);
    }
    if (this.subs.size > 0) {
      for (const sub of [...this.subs.values()]) sub.end(error);
      this.subs.clear();
    }
    this.#wake();
    link?.end();
    this.events.emit('close', { error });
  }

  // ---- out --------------------------------------------------------------------------------------------------------

  publish(subject: string, payload?: Payload, options?: PublishOptions): void {
    const data = payload === undefined ? emptyBytes : typeof payload === 'string' ? utf8.encode(payload) : payload;
    const headers = options?.headers === undefined ? emptyBytes : encodeHeaders(this, options.headers);
    this.publishParts(subject, options?.reply ?? '', headers, data);
  }

  publishParts(subject: string, reply: string, headers: Uint8Array, data: Uint8Array): void {
    if (this.state === 'closed') throw errors.closed();
    if (!sendable(subject)) throw errors.badSubject(subject);
    if (reply !== '' && !sendable(reply)) throw errors.badSubject(reply);
    const size = headers.length + data.length;
    const max = this.info.max_payload;
    if (max > 0 && size > max) throw errors.maxPayload(size, max);
    if (this.link === undefined && this.out.length + size > this.settings.reconnectBuffer) throw errors.outbound();
    this.out.publish(subject, reply, headers, data);
    this.counts.outMsgs++;
    this.counts.outBytes += size;
    if (this.settings.options.trace) {
      const op = headers.length > 0 ? `HPUB ${subject} ${reply} ${headers.length}` : `PUB ${subject} ${reply}`;
      this.settings.options.trace('out', `${op.trimEnd()} ${size}`);
    }
    this.kick();
  }

  publishFrames(frames: Uint8Array, messages: number): void {
    if (this.state === 'closed') throw errors.closed();
    if (this.link === undefined && this.out.length + frames.length > this.settings.reconnectBuffer) {
      throw errors.outbound();
    }
    this.out.push(frames);
    this.counts.outMsgs += messages;
    this.counts.outBytes += frames.length;
    this.kick();
  }

  /** Appends a control line; while there is no link only the state it changed counts. */
  line(text: string): void {
    if (this.link === undefined) return;
    this.settings.options.trace?.('out', text);
    this.out.line(text);
    this.kick();
  }

  /** Makes sure that what is queued leaves at the end of the tick. */
  kick(): void {
    if (this.out.length >= FLUSH_AT) this.push();
    else if (!this.#corked && !this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => {
        this.#scheduled = false;
        this.push();
      });
    }
  }

  /** Hands to the kernel what it takes. */
  push(): void {
    const { out, link } = this;
    while (link !== undefined && !this.#blocked && out.length > 0) {
      const taken = link.write(out.buf, out.head, out.length);
      if (taken > 0) out.sent(taken);
      else this.#blocked = true;
    }
    if (this.#writable !== undefined && out.length < HIGH / 2) this.#wake();
  }

  writable(): Promise<void> | undefined {
    if (this.out.length < HIGH || this.state === 'closed') return undefined;
    this.push();
    if (this.out.length < HIGH) return undefined;
    if (!this.#writable) {
      let resolve = (): void => {};
      const promise = new Promise<void>((r) => {
        resolve = r;
      });
      this.#writable = { promise, resolve };
    }
    return this.#writable.promise;
  }

  #wake(): void {
    this.#writable?.resolve();
    this.#writable = undefined;
  }

  /** One PING; resolves with its PONG. */
  flush(timeout: number): Promise<void> {
    if (this.state === 'closed') return Promise.reject(errors.closed());
    return new Promise((resolve, reject) => {
      const done = (act: () => void) => (): void => {
        clearTimeout(timer);
        this.wants(-1);
        act();
      };
      const timer = setTimeout(() => {
        // The place in the line stays: its PONG may still come and must not answer another.
        pong.resolve = pong.reject = () => {};
        done(() => reject(errors.timeout('the server did not answer a PING in time')))();
      }, timeout);
      const pong: Pong = { resolve: done(resolve), reject: (error) => done(() => reject(error))() };
      this.wants(1);
      if (this.link) this.#ping(pong);
      else this.#later.push(pong);
    });
  }

  #ping(pong: Pong | undefined): void {
    this.#pongs.push(pong);
    this.out.push(PING);
    this.settings.options.trace?.('out', 'PING');
    this.kick();
  }

  #startPinger(): void {
    clearInterval(this.#pinger);
    const { pingInterval, maxPingsOut } = this.settings;
    if (pingInterval <= 0) return;
    this.#pinger = setInterval(() => {
      // While we do not read, an answer cannot be seen.
      if (!this.link || this.#paused) return;
      if (this.#pingsOut >= maxPingsOut) {
        const error = errors.stale();
        this.lastError = error;
        this.events.emit('error', { error });
        this.lose(this.link, error);
        return;
      }
      this.#pingsOut++;
      this.#ping(undefined);
    }, pingInterval);
    this.#pinger.unref?.();
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
    this.#corked = true;
    try {
      this.#scanner.feed(chunk);
    } catch (error) {
      const problem = asBoxError(error);
      this.lastError = problem;
      this.events.emit('error', { error: problem });
      if (link) this.lose(link, problem);
    } finally {
      this.#corked = false;
    }
    this.push();
  }

  #message(frame: Frame): void {
    const { counts } = this;
    counts.inMsgs++;
    counts.inBytes += frame.end - frame.head;
    if (this.settings.options.trace) {
      this.settings.options.trace('in', textOf(frame.buf, frame.start, frame.head).trimEnd());
    }
    const sub = this.subs.get(frame.sid);
    if (sub === undefined) return;
    const received = ++sub.received;
    sub.handle(frame);
    if (sub.max > 0 && received >= sub.max) this.dropSub(sub);
  }

  #line(op: LineOp, buf: Uint8Array, start: number, end: number): void {
    this.settings.options.trace?.('in', op === 'INFO' ? op : `${op} ${textOf(buf, start, end)}`.trimEnd());
    if (op === 'PING') this.out.push(PONG);
    else if (op === 'PONG') {
      this.#pingsOut = 0;
      this.#pongs.shift()?.resolve();
    } else if (op === '-ERR') this.#problem(errText(textOf(buf, start, end)));
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

function encodeHeaders(core: Core, init: NonNullable<PublishOptions['headers']>): Uint8Array {
  const headers = MsgHeaders.from(init);
  if (headers.size === 0 && headers.code === 0) return emptyBytes;
  if (!core.info.headers) throw errors.noHeaders();
  return headers.raw;
}

let lastGood = '';

/** Whether a subject may be published to: not empty, no blanks. Wildcards are the server's to judge, as in the Go client. */
function sendable(subject: string): boolean {
  if (subject === lastGood && subject !== '') return true;
  if (subject === '') return false;
  for (let i = 0; i < subject.length; i++) {
    const c = subject.charCodeAt(i);
    if (c <= 32 && (c === 32 || c === 9 || c === 10 || c === 13)) return false;
  }
  lastGood = subject;
  return true;
}

/** Whether a subject may be subscribed to: no blanks and no empty token. */
export function subscribable(subject: string): boolean {
  if (subject === '' || /[ \t\r\n]/.test(subject)) return false;
  return !subject.startsWith('.') && !subject.endsWith('.') && !subject.includes('..');
}
