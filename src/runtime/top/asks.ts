// What servers are asked, in the two ways there are to ask: monitoring paths, and subjects of the system account.
import type { Want } from '#view/top/model.ts';

/** What a poll asks for. */
export interface TopQuery {
  /** Connections, subscriptions and closed connections at most. */
  readonly limit: number;
  readonly sort: string;
  /** With the subscriptions of the connections. */
  readonly subs: boolean;
  /** What else than the figures of the server. */
  readonly wants: readonly Want[];
}

/** One question, which every server answers with one JSON document. */
export interface Ask {
  /** Path and query on the monitoring port. */
  readonly path: string;
  /** Subject and body in the system account. */
  readonly subject: string;
  readonly body: object;
}

const server = (what: string): string => `$SYS.REQ.SERVER.PING.${what}`;

/** The figures of the server itself. */
export const askVarz: Ask = { path: '/varz', subject: server('VARZ'), body: {} };

/** The questions for one thing wanted; their answers are taken together. */
export function asksFor(want: Want, { limit, sort, subs }: TopQuery): readonly Ask[] {
  const jsz = { accounts: true, streams: true };
  switch (want) {
    case 'connections': {
      const path = `/connz?limit=${limit}&sort=${encodeURIComponent(sort)}${subs ? '&subs=1' : ''}`;
      return [{ path, subject: server('CONNZ'), body: { sort, limit, subscriptions: subs } }];
    }
    case 'accounts': {
      const body = { include_unused: true };
      return [{ path: '/accstatz?unused=1', subject: '$SYS.REQ.ACCOUNT.PING.STATZ', body }];
    }
    case 'streams':
      return [{ path: '/jsz?accounts=true&streams=true', subject: server('JSZ'), body: jsz }];
    case 'consumers': {
      const path = '/jsz?accounts=true&streams=true&consumers=true';
      return [{ path, subject: server('JSZ'), body: { ...jsz, consumer: true } }];
    }
    case 'subscriptions': {
      const body = { subscriptions: true, limit };
      return [{ path: `/subsz?subs=1&limit=${limit}`, subject: server('SUBSZ'), body }];
    }
    case 'links':
      return [
        { path: '/routez', subject: server('ROUTEZ'), body: {} },
        { path: '/gatewayz', subject: server('GATEWAYZ'), body: {} },
        { path: '/leafz', subject: server('LEAFZ'), body: {} },
      ];
    case 'closed': {
      const path = `/connz?state=closed&sort=stop&limit=${limit}`;
      return [{ path, subject: server('CONNZ'), body: { state: 1, sort: 'stop', limit } }];
    }
  }
}
