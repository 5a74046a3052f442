/** Trouble on request: what a test wants to see a client survive. Nothing of it costs anything while it is not asked for. */
import { closeClient } from './core/close.ts';
import { sendInfo } from './core/handshake.ts';
import { drain, sendErr } from './core/out.ts';
import type { Client, Clock } from './core/types.ts';
import type { Wire } from './core/wire.ts';
import type { Running } from './running.ts';

/** Which connections are meant; all when nothing is given. Name and user are known once a connection has logged in. */
export interface FaultTarget {
  readonly cid?: number;
  /** Name of the connection, as its client gave it. */
  readonly name?: string;
  readonly user?: string;
}

/** A fault in force. */
export interface Fault {
  /** Connections it met so far. */
  readonly met: number;
  /** Ends it; connections go on as they were before. */
  end(): void;
}

export interface Faults {
  /** Everything the server sends leaves this many ms later. */
  delay(ms: number, target?: FaultTarget): Fault;
  /**
   * Breaks connections without a goodbye: those that are open now at once, or each (later ones too) after the server
   * sent it so many more bytes, which cuts messages anywhere.
   */
  cut(target?: FaultTarget, after?: { readonly bytes: number }): Fault;
  /** Turns new connections away: with an error, or when none is given by closing them at once. */
  refuse(error?: string): Fault;
  /** The client's end takes no more than this many bytes a second, 0 for none: the server sees a slow consumer. */
  slowReader(bytesPerSecond: number, target?: FaultTarget): Fault;
  /** Ends all of them. */
  clear(): void;
}

/** A wire laid over another one. `lift` gives back what it still holds. */
interface Layer extends Wire {
  lift(): void;
}

type Lay = (inner: Wire, c: Client) => Layer;

const RETRY = 2;

/** Holds bytes back for a while, in their order. */
function delayed(inner: Wire, clock: Clock, ms: number): Layer {
  let queue: { readonly due: number; bytes: Uint8Array }[] = [];
  let timer: unknown = null;
  let ending: (() => void) | null = null;
  const flush = (all: boolean): void => {
    clock.cancel(timer);
    timer = null;
    while (queue.length > 0 && (all || queue[0]!.due <= clock.now())) {
      const { bytes } = queue[0]!;
      const took = inner.write(bytes, 0, bytes.length);
      if (took < 0) queue = [];
      else if (took < bytes.length) {
        queue[0]!.bytes = bytes.subarray(took);
        timer = clock.after(RETRY, () => flush(all));
        return;
      } else queue.shift();
    }
    if (queue.length > 0) timer = clock.after(Math.max(0, queue[0]!.due - clock.now()), () => flush(false));
    else ending?.();
  };
  return {
    ...inner,
    write(buf, offset, length) {
      queue.push({ due: clock.now() + ms, bytes: Buffer.from(buf.subarray(offset, offset + length)) });
      timer ??= clock.after(ms, () => flush(false));
      return length;
    },
    end(reason) {
      ending = () => inner.end(reason);
      if (queue.length === 0) ending();
    },
    lift: () => flush(true),
  };
}

/** Lets a number of bytes through, then breaks. */
function broken(inner: Wire, c: Client, bytes: number): Layer {
  let left = bytes;
  return {
    ...inner,
    write(buf, offset, length) {
      const took = inner.write(buf, offset, Math.min(left, length));
      if (took > 0) left -= took;
      if (left <= 0) setImmediate(() => closeClient(c, 'Write Error', false));
      return took;
    },
    lift: () => {},
  };
}

/** Takes bytes at a rate; what does not fit is offered again. */
function slow(inner: Wire, c: Client, rate: number): Layer {
  const { clock } = c.srv;
  const step = 50;
  let room = rate > 0 ? Math.ceil((rate * step) / 1000) : 0;
  let timer: unknown = null;
  const refill = (): void => {
    timer = null;
    room = Math.ceil((rate * step) / 1000);
    drain(c);
  };
  return {
    ...inner,
    write(buf, offset, length) {
      const took = room === 0 ? 0 : inner.write(buf, offset, Math.min(room, length));
      if (took > 0) room -= took;
      if (took >= 0 && took < length && rate > 0) timer ??= clock.after(step, refill);
      return took;
    },
    lift() {
      clock.cancel(timer);
      setImmediate(() => drain(c));
    },
  };
}

interface Rule {
  readonly lay: Lay;
  readonly target: FaultTarget;
  readonly laid: Map<Client, { readonly below: Wire; readonly layer: Layer }>;
  met: number;
}

/** Whether the rule means this connection; one whose name is not known yet is looked at again when it is. */
function means(t: FaultTarget, c: Client): boolean {
  return (
    (t.cid === undefined || t.cid === c.cid) &&
    (t.name === undefined || t.name === c.options.name) &&
    (t.user === undefined || t.user === c.options.user)
  );
}

/** The faults of a server. */
export function createFaults(run: Running): Faults {
  const { srv } = run;
  const rules = new Set<Rule>();
  const ends = new Set<() => void>();
  let refusals: { readonly error: string | undefined; met: number }[] = [];

  const lay = (rule: Rule, c: Client): void => {
    if (rule.laid.has(c) || c.phase === 'closed' || !means(rule.target, c)) return;
    const below = c.wire;
    const layer = rule.lay(below, c);
    rule.laid.set(c, { below, layer });
    rule.met++;
    c.wire = layer;
  };
  const each = (c: Client): void => {
    for (const rule of rules) lay(rule, c);
  };
  srv.handlers.connect ??= new Set();
  srv.handlers.connect.add(({ client }) => each(client));
  srv.handlers.disconnect ??= new Set();
  srv.handlers.disconnect.add(({ client }) => {
    for (const rule of rules) rule.laid.delete(client);
  });

  const fault = (rule: { met: number }, stop: () => void): Fault => {
    const end = (): void => {
      if (ends.delete(end)) stop();
    };
    ends.add(end);
    return {
      get met() {
        return rule.met;
      },
      end,
    };
  };
  const layered = (lay_: Lay, target: FaultTarget = {}): Fault => {
    const rule: Rule = { lay: lay_, target, laid: new Map(), met: 0 };
    rules.add(rule);
    for (const c of srv.clients.values()) lay(rule, c);
    return fault(rule, () => {
      rules.delete(rule);
      for (const [c, { below, layer }] of rule.laid) {
        // A later layer on top keeps its own way down; lifting it restores this one, which then only passes through.
        if (c.wire === layer) c.wire = below;
        layer.lift();
      }
    });
  };

  const faults: Faults = {
    delay: (ms, target) => layered((inner) => delayed(inner, srv.clock, ms), target),
    slowReader: (rate, target) => layered((inner, c) => slow(inner, c, rate), target),
    cut(target = {}, after) {
      if (after !== undefined) return layered((inner, c) => broken(inner, c, after.bytes), target);
      const meant = [...srv.clients.values()].filter((c) => means(target, c));
      for (const c of meant) closeClient(c, 'Write Error', false);
      srv.flush();
      return { met: meant.length, end: () => {} };
    },
    refuse(error) {
      const rule = { error, met: 0 };
      refusals.push(rule);
      return fault(rule, () => {
        refusals = refusals.filter((r) => r !== rule);
      });
    },
    clear() {
      for (const end of [...ends]) end();
    },
  };

  srv.onConnection = (c) => {
    const refusal = refusals[0];
    if (refusal === undefined) {
      each(c);
      return;
    }
    refusal.met++;
    if (refusal.error !== undefined) {
      sendInfo(c);
      sendErr(c, refusal.error);
    }
    closeClient(c, 'Maximum Connections Exceeded');
  };
  return faults;
}
