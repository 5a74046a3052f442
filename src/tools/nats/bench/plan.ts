// What a benchmark does, as plain data: the command makes it from its flags, and threads take it as it is.
import type { HeaderLine } from '../messaging/headers.ts';

/** Everything that tells one kind of benchmark from another in words. */
export interface KindFacts {
  readonly label: string;
  /** Letter of the clients in the CSV file. */
  readonly prefix: 'P' | 'S' | '?';
  /** What the start line says each client does; `%` is the count. */
  readonly does: string;
}

const kinds = {
  pub: { label: 'Core NATS publisher', prefix: 'P', does: 'publishing % messages' },
  sub: { label: 'Core NATS subscriber', prefix: 'S', does: 'expecting % messages' },
  request: { label: 'Core NATS service requester', prefix: 'P', does: 'requesting % messages' },
  serve: { label: 'Core NATS service server', prefix: '?', does: 'hit control-c to stop' },
  'js-pub-sync': { label: 'JetStream synchronous publisher', prefix: 'P', does: 'publishing % messages' },
  'js-pub-async': { label: 'JetStream asynchronous publisher', prefix: 'P', does: 'publishing % messages' },
  'js-pub-atomic': { label: 'JetStream atomic batch publisher', prefix: 'P', does: 'publishing % messages' },
  'js-pub-fast': { label: 'JetStream fast batch publisher', prefix: 'P', does: 'publishing % messages' },
  'js-ordered': { label: 'JetStream ordered ephemeral consumer', prefix: 'S', does: 'expecting % messages' },
  'js-consume': { label: 'JetStream durable consumer (callback)', prefix: 'S', does: 'expecting % messages' },
  'js-fetch': { label: 'JetStream durable consumer (fetch)', prefix: 'S', does: 'expecting % messages' },
  'js-get-sync': { label: 'JetStream synchronous getter', prefix: 'S', does: 'expecting % messages' },
  'js-get-batch': { label: 'JetStream batched direct getter', prefix: 'S', does: 'expecting % messages' },
  'kv-put': { label: 'JetStream KV putter', prefix: 'P', does: 'publishing % messages' },
  'kv-get': { label: 'JetStream KV getter', prefix: 'S', does: 'trying to get % messages' },
  'oldjs-ordered': {
    label: 'JetStream ordered ephemeral consumer (old API)',
    prefix: 'S',
    does: 'expecting % messages',
  },
  'oldjs-push': { label: 'JetStream durable push consumer (old API)', prefix: 'S', does: 'expecting % messages' },
  'oldjs-pull': { label: 'JetStream durable pull consumer (old API)', prefix: 'S', does: 'expecting % messages' },
} as const satisfies Record<string, KindFacts>;

export type Kind = keyof typeof kinds;

export function kindFacts(kind: Kind): KindFacts {
  return kinds[kind];
}

/** Plain data only: it goes to other threads. Times in milliseconds. */
export interface Plan {
  readonly kind: Kind;
  readonly clients: number;
  readonly msgs: number;
  /** Bytes of a message, as asked for; a payload from a file has its own length. */
  readonly size: number;
  readonly payload: Uint8Array;
  readonly headers: readonly HeaderLine[];
  readonly subject: string;
  readonly multi: boolean;
  /** 0: no bound. */
  readonly multiMax: number;
  readonly multiRandom: boolean;
  readonly sleep: number;
  /** Messages per second of all clients together; 0: as fast as it goes. */
  readonly throughput: number;
  /** The same, sent at the times this rate gives whatever the server does. */
  readonly rate: number;
  /** Subscribers read the marks that `--rate` writes into messages. */
  readonly marks: boolean;
  /** Stream or bucket. */
  readonly stream: string;
  readonly consumer: string;
  readonly batch: number;
  /** Fast publishing: acknowledgements that may be on their way. */
  readonly outstanding: number;
  readonly dedup: boolean;
  readonly acks: 'explicit' | 'none' | 'all';
  readonly doubleAck: boolean;
  readonly filters: readonly string[];
  /** Keys are drawn from 0 up to this; 0: one after the other. */
  readonly randomize: number;
  /** Of one answer of the server. */
  readonly timeout: number;
  readonly jsDomain: string;
  readonly jsApiPrefix: string;
  /** Tells the messages of this run from those of others. */
  readonly runId: string;
}

const empty: Omit<Plan, 'kind' | 'runId'> = {
  clients: 1,
  msgs: 0,
  size: 0,
  payload: new Uint8Array(0),
  headers: [],
  subject: '',
  multi: false,
  multiMax: 0,
  multiRandom: false,
  sleep: 0,
  throughput: 0,
  rate: 0,
  marks: false,
  stream: '',
  consumer: '',
  batch: 0,
  outstanding: 1,
  dedup: false,
  acks: 'explicit',
  doubleAck: false,
  filters: [],
  randomize: 0,
  timeout: 5000,
  jsDomain: '',
  jsApiPrefix: '',
};

/** A plan with everything that is not given at rest. */
export function planOf(given: Partial<Plan> & Pick<Plan, 'kind' | 'runId'>): Plan {
  return { ...empty, ...given };
}

/** Messages of each client: as even as possible, the first ones take what is left over. */
export function shares(total: number, clients: number): number[] {
  const each = Math.floor(total / clients);
  return Array.from({ length: clients }, (_, i) => each + (i < total % clients ? 1 : 0));
}

/** Clients that all receive everything; the others share the messages. */
const everyone: ReadonlySet<Kind> = new Set([
  'sub',
  'serve',
  'js-ordered',
  'js-get-sync',
  'js-get-batch',
  'oldjs-ordered',
]);

export interface Share {
  readonly count: number;
  /** Number of the first message. */
  readonly offset: number;
}

/** What the client of that number does. */
export function shareOf(plan: Plan, index: number): Share {
  if (everyone.has(plan.kind)) return { count: plan.msgs, offset: 0 };
  const all = shares(plan.msgs, plan.clients);
  return { count: all[index] ?? 0, offset: all.slice(0, index).reduce((sum, n) => sum + n, 0) };
}

/** The subject a subscriber or a stream listens on. */
export function listenSubject(plan: Pick<Plan, 'subject' | 'multi'>): string {
  return plan.multi ? `${plan.subject}.*` : plan.subject;
}

/** The subject of a message by its number. */
export function publishSubject(plan: Plan, number: number): string {
  if (!plan.multi) return plan.subject;
  if (plan.multiMax === 0) return `${plan.subject}.${number}`;
  const token = plan.multiRandom ? Math.floor(Math.random() * plan.multiMax) : number % plan.multiMax;
  return `${plan.subject}.${String(token).padStart(String(plan.multiMax).length, '0')}`;
}
