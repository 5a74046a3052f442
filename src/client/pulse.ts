import type { BoxError } from '#base/errors.ts';
import { errors } from './errors.ts';

interface Pong {
  resolve(): void;
  reject(error: BoxError): void;
}

export interface PulseHost {
  /** Whether there is a link to send a PING over. */
  connected(): boolean;
  sendPing(): void;
  /** Somebody begins (1) or stops (-1) to wait for bytes. */
  wants(change: 1 | -1): void;
  /** Whether the socket is not being read, so that answers cannot be seen. */
  resting(): boolean;
  /** The server has not answered `maxPingsOut` PINGs. */
  stale(): void;
}

/** PINGs and the PONGs that answer them, in order: for `flush`, for round trips, and to notice a dead server. */
export class Pulse {
  readonly #host: PulseHost;
  /** One entry for each PING sent; undefined for a keepalive. */
  #pongs: (Pong | undefined)[] = [];
  /** Flushes asked for while there was no link. */
  #later: Pong[] = [];
  #unanswered = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: PulseHost) {
    this.#host = host;
  }

  /** One PING; resolves with its PONG, rejects with `timeout`, or with the reason when the link or all is lost. */
  flush(timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#host.wants(-1);
      };
      const pong: Pong = {
        resolve: () => {
          end();
          resolve();
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        const { reject: fail } = pong;
        // The place in the line stays: its PONG may still come and must not answer another.
        pong.resolve = pong.reject = () => {};
        fail(errors.timeout('the server did not answer a PING in time'));
      }, timeout);
      this.#host.wants(1);
      if (this.#host.connected()) this.#ping(pong);
      else this.#later.push(pong);
    });
  }

  #ping(pong: Pong | undefined): void {
    this.#pongs.push(pong);
    this.#host.sendPing();
  }

  pong(): void {
    this.#unanswered = 0;
    this.#pongs.shift()?.resolve();
  }

  /** A fresh link: sends the PINGs that waited for it. */
  start(): void {
    this.#unanswered = 0;
    if (this.#later.length > 0) for (const pong of this.#later.splice(0)) this.#ping(pong);
  }

  /** Sends a PING every `interval` ms. */
  keepAlive(interval: number, maxPingsOut: number): void {
    clearInterval(this.#timer);
    if (interval <= 0) return;
    this.#timer = setInterval(() => {
      if (!this.#host.connected() || this.#host.resting()) return;
      if (this.#unanswered >= maxPingsOut) {
        this.#host.stale();
        return;
      }
      this.#unanswered++;
      this.#ping(undefined);
    }, interval);
    this.#timer.unref?.();
  }

  /** The link is gone, and with it the PONGs under way. `forGood` also ends those waiting for the next link. */
  stop(error: BoxError, forGood = false): void {
    clearInterval(this.#timer);
    if (this.#pongs.length > 0) for (const pong of this.#pongs.splice(0)) pong?.reject(error);
    if (forGood && this.#later.length > 0) for (const pong of this.#later.splice(0)) pong.reject(error);
  }
}
