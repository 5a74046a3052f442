// Traced messages (ADR-41): every server on the way tells what it did, and the answers are joined to one tree.
import { fail } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import type { MsgHeaders } from '#wire/headers.ts';
import type { Connection } from './types.ts';

/** Kinds of connections as servers number them. */
export const kinds = { client: 0, router: 1, gateway: 2, system: 3, leaf: 4, jetstream: 5, account: 6 } as const;

/** One thing that happened to the message. Which fields there are depends on the type. */
export interface TraceStep {
  /** in: came; sm: mapped; se: stream export; si: service import; js: stored; eg: sent on. */
  readonly type: 'in' | 'sm' | 'se' | 'si' | 'js' | 'eg';
  readonly ts?: string;
  readonly kind?: number;
  readonly cid?: number | bigint;
  readonly name?: string;
  readonly acc?: string;
  readonly subj?: string;
  readonly to?: string;
  readonly from?: string;
  readonly stream?: string;
  readonly subject?: string;
  readonly nointerest?: boolean;
  readonly hop?: string;
  readonly sub?: string;
  readonly queue?: string;
  readonly error?: string;
}

/** What one server did with the message; `links` are what the next servers did, by the hop of the step that went there. */
export interface TraceEvent {
  readonly server: {
    readonly name: string;
    readonly id?: string;
    readonly cluster?: string;
    readonly ver?: string;
    readonly time?: string;
  };
  readonly request?: { readonly header?: Readonly<Record<string, readonly string[]>>; readonly msgsize?: number };
  readonly hops?: number;
  readonly events: readonly TraceStep[];
}

/** The trace of a message: what the first server did, and below each step that led to another server, what that one did. */
export interface Trace extends Omit<TraceEvent, 'events'> {
  readonly events: readonly (TraceStep & { readonly link?: Trace })[];
}

export interface TraceOptions {
  /** Let the message arrive; otherwise servers only tell what they would do. */
  readonly deliver: boolean;
  /** Milliseconds without an answer that end it. */
  readonly timeout: number;
  readonly headers: MsgHeaders;
  readonly signal?: AbortSignal;
  /** Sees every answer as it came. */
  readonly onAnswer?: (text: string) => void;
}

/** Time for the interest in the answers to reach the servers of other clusters. */
const SPREAD = 250;

/**
 * Sends a traced message and collects what the servers say, until all that were named have answered or none does any more.
 * Throws `timeout` when nobody answers. Servers before 2.11 do not know tracing and deliver the message.
 */
export async function traceMessage(
  connection: Connection,
  subject: string,
  payload: string,
  options: TraceOptions,
): Promise<Trace> {
  const inbox = connection.newInbox();
  const found: TraceEvent[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(resolve, options.timeout);
  };
  const subscription = connection.subscribe(inbox, {
    callback: (msg) => {
      const text = msg.string();
      options.onAnswer?.(text);
      try {
        found.push(parseJson(text) as unknown as TraceEvent);
      } catch (error) {
        return reject(error);
      }
      if (isWhole(found)) resolve();
      else wait();
    },
  });
  const forget = connection.on('error', ({ subject: refused, error }) => {
    if (refused === subject || refused === inbox) reject(error);
  });
  const stop = () => reject(options.signal?.reason);
  options.signal?.addEventListener('abort', stop, { once: true });
  void subscription.closed.then((error) => reject(error ?? fail('unreachable', 'nats: connection closed')));
  try {
    await connection.flush(options.timeout);
    await new Promise((done) => setTimeout(done, SPREAD));
    options.headers.set('Nats-Trace-Dest', inbox);
    if (!options.deliver) options.headers.set('Nats-Trace-Only', 'true');
    connection.publish(subject, payload, { headers: options.headers });
    wait();
    await promise;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
    forget();
    subscription.unsubscribe();
  }
  const trace = joinTraces(found);
  if (trace) return trace;
  throw fail('timeout', 'nats: timeout', {
    hint: 'no server told about the message: tracing needs nats-server 2.11, and permission to receive on the inbox',
    retryable: true,
  });
}

const ingressOf = (event: TraceEvent): TraceStep | undefined =>
  event.events[0]?.type === 'in' ? event.events[0] : undefined;

function hopOf(event: TraceEvent): string {
  const entry = Object.entries(event.request?.header ?? {}).find(([name]) => name.toLowerCase() === 'nats-trace-hop');
  return entry?.[1][0] ?? '';
}

/** Whether a step of the server at `hop` went to another one: hops get longer on the way, so that no answer can make a circle. */
function leadsOn(hop: string, step: TraceStep): step is TraceStep & { readonly hop: string } {
  return step.type === 'eg' && step.hop !== undefined && step.hop.length > hop.length;
}

interface Sorted {
  /** From the server the client is connected to. */
  readonly origin: TraceEvent | undefined;
  readonly byHop: ReadonlyMap<string, TraceEvent>;
}

function sortTraces(found: readonly TraceEvent[]): Sorted {
  let origin: TraceEvent | undefined;
  const byHop = new Map<string, TraceEvent>();
  for (const event of found) {
    const hop = hopOf(event);
    if (hop === '' && ingressOf(event)?.kind === kinds.client) origin ??= event;
    else if (hop !== '') byHop.set(hop, event);
  }
  return { origin, byHop };
}

function isWhole(found: readonly TraceEvent[]): boolean {
  const { origin, byHop } = sortTraces(found);
  const complete = (event: TraceEvent, hop: string): boolean =>
    !event.hops ||
    event.events.every((step) => {
      if (!leadsOn(hop, step)) return true;
      const next = byHop.get(step.hop);
      return next !== undefined && complete(next, step.hop);
    });
  return origin !== undefined && complete(origin, '');
}

/** What stands for a server whose answer did not come. */
const MISSING = 'This trace event was missing';

/** Joins answers to one tree; undefined when there are none. Servers that did not answer, but led on, are put in. */
export function joinTraces(found: readonly TraceEvent[]): Trace | undefined {
  const { origin, byHop } = sortTraces(found);
  if (!origin && byHop.size === 0) return undefined;
  const events = new Map<string, TraceEvent>(byHop);
  if (origin) events.set('', origin);
  for (const hop of [...byHop.keys()].sort()) addParents(events, hop);
  const link = (hop: string, event: TraceEvent): Trace => ({
    ...event,
    events: event.events.map((step) => {
      const next = leadsOn(hop, step) ? events.get(step.hop) : undefined;
      return next ? { ...step, link: link(step.hop as string, named(next, step)) } : step;
    }),
  });
  const first = events.get('');
  return first ? link('', first) : undefined;
}

/** Makes the server before this hop known, and the one before that: each gets a step that leads on. */
function addParents(events: Map<string, TraceEvent>, hop: string): void {
  if (hop === '') return;
  const above = hop.slice(0, Math.max(0, hop.lastIndexOf('.')));
  const child = events.get(hop) as TraceEvent;
  const ingress = ingressOf(child);
  const kind = ingress?.kind ?? kinds.router;
  const step: TraceStep = { type: 'eg', kind, name: child.server.name, hop };
  const parent = events.get(above);
  if (!parent) {
    const came: TraceStep = { type: 'in', kind: above === '' ? kinds.client : kind, error: MISSING };
    events.set(above, { server: { name: ingress?.name || '<Unknown>' }, events: [came, step] });
  } else if (ingressOf(parent)?.error === MISSING && !parent.events.some((e) => e.hop === hop)) {
    events.set(above, { ...parent, events: [...parent.events, step] });
  }
  addParents(events, above);
}

/** A server that did not answer has the name and kind the one before it knows. */
function named(event: TraceEvent, step: TraceStep): TraceEvent {
  const [first, ...rest] = event.events;
  if (first?.error !== MISSING || !step.name) return event;
  return {
    ...event,
    server: { ...event.server, name: step.name },
    events: [{ ...first, ...(step.kind === undefined ? {} : { kind: step.kind }) }, ...rest],
  };
}
