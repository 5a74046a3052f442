// Services (ADR-32): discovery over $SRV subjects, and a small service host.
import { BoxError, fail } from '#base/errors.ts';
import { parseJson, stringifyJson } from '#base/json64.ts';
import { nuid } from '#base/nuid.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import type { Connection, Msg, Payload } from './types.ts';

export type ServiceVerb = 'PING' | 'INFO' | 'STATS';

export interface ServiceIdentity {
  name: string;
  id: string;
  version: string;
  metadata: Record<string, string> | null;
}

export interface PingAnswer extends ServiceIdentity {
  type: 'io.nats.micro.v1.ping_response';
}

export interface EndpointInfo {
  name: string;
  subject: string;
  queue_group: string;
  metadata: Record<string, string> | null;
}

export interface ServiceInfo extends ServiceIdentity {
  type: 'io.nats.micro.v1.info_response';
  description: string;
  endpoints: EndpointInfo[];
}

export interface EndpointStats {
  name: string;
  subject: string;
  queue_group: string;
  num_requests: number;
  num_errors: number;
  last_error: string;
  /** Nanoseconds. */
  processing_time: number | bigint;
  average_processing_time: number | bigint;
  data?: unknown;
}

export interface ServiceStats extends ServiceIdentity {
  type: 'io.nats.micro.v1.stats_response';
  started: string;
  endpoints: EndpointStats[];
}

/** `$SRV.PING`, `$SRV.PING.name`, `$SRV.PING.name.id`. */
export function serviceSubject(verb: ServiceVerb, name = '', id = ''): string {
  return ['$SRV', verb, name, id].filter((t) => t !== '').join('.');
}

export interface AskOptions {
  /** Milliseconds for the whole question. */
  readonly timeout: number;
  /** Answers wanted; 0: all that come. */
  readonly wait?: number;
  /** Milliseconds without an answer, after the first, that end the question. Default 300. */
  readonly stall?: number;
}

/** Asks services; answers of another type are left out. Throws no-responders when nobody is there. */
export async function askServices<T extends { type: string; name: string; id: string }>(
  connection: Connection,
  verb: ServiceVerb,
  name: string,
  id: string,
  options: AskOptions,
): Promise<T[]> {
  const type = `io.nats.micro.v1.${verb.toLowerCase()}_response`;
  const found: T[] = [];
  try {
    const answers = connection.requestMany(serviceSubject(verb, name, id), '', {
      maxWait: options.timeout,
      stall: options.stall ?? 300,
      ...(options.wait ? { maxMessages: options.wait } : {}),
    });
    for await (const msg of answers) {
      const document = parseJson(msg.string()) as unknown as T;
      if (document.type === type) found.push(document);
    }
  } catch (error) {
    if (error instanceof BoxError && error.kind === 'no-responders') {
      throw fail('no-responders', 'no service instances found', { hint: 'nats service serve NAME starts one' });
    }
    throw error;
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
}

export interface EndpointOptions {
  readonly name: string;
  readonly subject: string;
  /** Default `q`. */
  readonly queue?: string;
  handler(request: Msg): void | Promise<void>;
  /** Shown in the statistics. */
  stats?(): unknown;
}

export interface ServiceOptions {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly metadata?: Record<string, string>;
  readonly endpoints: readonly EndpointOptions[];
  /** The time in unix nanoseconds; the system's clock when left out. */
  now?(): bigint;
}

export interface Service {
  readonly id: string;
  stats(): ServiceStats;
  stop(): Promise<void>;
}

/** Answers a request with an error in the manner of services. */
export function respondError(request: Msg, code: number, description: string, payload?: Payload): void {
  request.respond(payload, { headers: { 'Nats-Service-Error': description, 'Nats-Service-Error-Code': String(code) } });
}

/** Starts a service: its endpoints and the discovery subjects. */
export function addService(connection: Connection, options: ServiceOptions): Service {
  if (!/^[a-zA-Z0-9_-]+$/.test(options.name))
    throw fail('usage', `service name ${JSON.stringify(options.name)} is not valid`);
  const { now = () => BigInt(Date.now()) * 1_000_000n } = options;
  const id = nuid();
  const started = formatRfc3339Nano(now());
  const identity: ServiceIdentity = {
    name: options.name,
    id,
    version: options.version,
    metadata: options.metadata ?? null,
  };
  const counts = options.endpoints.map(() => ({ requests: 0, errors: 0, last: '', time: 0n }));
  const info = (): ServiceInfo => ({
    ...identity,
    type: 'io.nats.micro.v1.info_response',
    description: options.description,
    endpoints: options.endpoints.map((e) => ({
      name: e.name,
      subject: e.subject,
      queue_group: e.queue ?? 'q',
      metadata: null,
    })),
  });
  const stats = (): ServiceStats => ({
    ...identity,
    type: 'io.nats.micro.v1.stats_response',
    started,
    endpoints: options.endpoints.map((e, i) => {
      const c = counts[i] as (typeof counts)[number];
      const data = e.stats?.();
      return {
        name: e.name,
        subject: e.subject,
        queue_group: e.queue ?? 'q',
        num_requests: c.requests,
        num_errors: c.errors,
        last_error: c.last,
        processing_time: c.time,
        average_processing_time: c.requests === 0 ? 0 : c.time / BigInt(c.requests),
        ...(data === undefined ? {} : { data }),
      };
    }),
  });
  const answers: Record<ServiceVerb, () => unknown> = {
    PING: () => ({ ...identity, type: 'io.nats.micro.v1.ping_response' }),
    INFO: info,
    STATS: stats,
  };
  const subscriptions = (Object.keys(answers) as ServiceVerb[]).flatMap((verb) =>
    [['', ''] as const, [options.name, ''] as const, [options.name, id] as const].map(([name, one]) =>
      connection.subscribe(serviceSubject(verb, name, one), {
        callback: (msg) => void msg.respond(stringifyJson(answers[verb]())),
      }),
    ),
  );
  options.endpoints.forEach((endpoint, i) => {
    const count = counts[i] as (typeof counts)[number];
    const handle = async (msg: Msg) => {
      const from = now();
      count.requests++;
      try {
        await endpoint.handler(msg);
      } catch (error) {
        count.errors++;
        count.last = error instanceof Error ? error.message : String(error);
        respondError(msg, 500, count.last);
      }
      count.time += now() - from;
    };
    subscriptions.push(
      connection.subscribe(endpoint.subject, { queue: endpoint.queue ?? 'q', callback: (msg) => void handle(msg) }),
    );
  });
  return {
    id,
    stats,
    stop: async () => {
      await Promise.all(subscriptions.map((s) => s.drain()));
    },
  };
}
