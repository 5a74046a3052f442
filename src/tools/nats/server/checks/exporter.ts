// The checks of an exporter configuration: YAML with the thresholds in snake_case.
import { parseDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { type JetStream, jetStream } from '#client/jetstream/api.ts';
import type { Connection } from '#client/types.ts';
import { connectSettings } from '#runtime/connect.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { loadSettings } from '#runtime/settings.ts';
import { checkConnection } from './connection.ts';
import { checkConsumer } from './consumer.ts';
import { checkCredential } from './credential.ts';
import { checkJetStream } from './jetstream.ts';
import { checkKv } from './kv.ts';
import { checkMessage } from './message.ts';
import { checkMeta } from './meta.ts';
import { checkRequest } from './request.ts';
import { checkServer } from './server.ts';
import { checkStream, noStreamLimits } from './stream.ts';
import type { Verdict } from './verdict.ts';
import { commandWorld, type World } from './world.ts';

/** One check of the configuration. */
export interface ConfiguredCheck {
  readonly name: string;
  readonly kind: string;
  readonly context: string;
  /** Keep the connection between runs. */
  readonly reuse: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface ExporterConfig {
  readonly context: string;
  readonly checks: readonly ConfiguredCheck[];
}

/** Reads a configuration; fails where it has another shape. */
export async function parseChecks(text: string): Promise<ExporterConfig> {
  const { parse } = await import('yaml');
  const document = (parse(text) ?? {}) as Record<string, unknown>;
  const { checks = [], context = '' } = document;
  if (!Array.isArray(checks)) {
    const found = checks === null ? 'null' : typeof checks;
    throw fail(
      'usage',
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${found} into Go struct field Config.Checks of type []*exporter.Check`,
      { hint: 'checks is a list of entries with name, kind and properties' },
    );
  }
  return {
    context: String(context),
    checks: (checks as Record<string, unknown>[]).map((c) => ({
      name: String(c['name'] ?? ''),
      kind: String(c['kind'] ?? ''),
      context: String(c['context'] ?? ''),
      reuse: c['reuse_connection'] === true,
      properties: (c['properties'] ?? {}) as Record<string, unknown>,
    })),
  };
}

/** A world of its own for a context, with a connection that can be closed. */
export function exporterWorld(runtime: Runtime, context: string): World & { close(): Promise<void> } {
  let connection: Promise<Connection> | undefined;
  const settings = () => loadSettings(runtime, context ? { context } : {});
  const connect = (): Promise<Connection> => {
    connection ??= settings().then((s) => connectSettings(runtime, s));
    connection.catch(() => {
      connection = undefined;
    });
    return connection;
  };
  return {
    ...commandWorld(runtime),
    connect,
    jetStream: async (): Promise<JetStream> => {
      const { jsDomain, jsApiPrefix, timeout } = await settings();
      return jetStream(await connect(), {
        ...(jsDomain ? { domain: jsDomain } : {}),
        ...(jsApiPrefix ? { apiPrefix: jsApiPrefix } : {}),
        timeout: Number(timeout / 1_000_000n),
      });
    },
    close: async () => {
      await (await connection?.catch(() => undefined))?.close();
      connection = undefined;
    },
  };
}

/** Runs a configured check. Unknown kinds are critical. */
export async function runCheck(
  world: World,
  verdict: Verdict,
  { kind, properties: p }: ConfiguredCheck,
): Promise<void> {
  const number = (key: string, otherwise = 0): number => (p[key] === undefined ? otherwise : Number(p[key]));
  const string = (key: string): string => String(p[key] ?? '');
  const flag = (key: string): boolean => p[key] === true;
  const headers = (key: string) => (p[key] ?? {}) as Record<string, string>;
  /** All keys of a set of thresholds, with what stands for those that are not given. */
  const numbers = <K extends string>(keys: readonly K[], otherwise = 0): Record<K, number> =>
    Object.fromEntries(keys.map((key) => [key, number(key, otherwise)])) as Record<K, number>;
  switch (kind) {
    case 'connection': {
      const keys = ['connect_time', 'server_rtt', 'request_rtt'].flatMap((k) => [`${k}_warning`, `${k}_critical`]);
      return checkConnection(world, verdict, numbers(keys) as unknown as Parameters<typeof checkConnection>[2]);
    }
    case 'stream': {
      const limits = { ...noStreamLimits, ...numbers(Object.keys(noStreamLimits)) };
      return checkStream(world, verdict, string('stream_name'), limits);
    }
    case 'consumer': {
      const keys = ['ack_outstanding', 'waiting', 'unprocessed', 'last_delivery', 'last_ack', 'redelivery'];
      const given = keys.map((k) => `${k}_critical`).filter((k) => p[k] !== undefined);
      const limits = { ...numbers(given), ...(flag('pinned') ? { pinned: true } : {}) };
      return checkConsumer(world, verdict, string('stream_name'), string('consumer_name'), limits);
    }
    case 'message':
      return checkMessage(world, verdict, {
        stream_name: string('stream_name'),
        subject: string('subject'),
        ...numbers(['age_warning', 'age_critical']),
        content_regex: string('content_regex'),
        body_as_timestamp: flag('body_as_timestamp'),
      });
    case 'meta':
      return checkMeta(world, verdict, numbers(['expect_servers', 'lag_critical', 'seen_critical']));
    case 'jetstream':
      return checkJetStream(world, verdict, {
        ...numbers(['memory_warning', 'memory_critical', 'file_warning', 'file_critical'], -1),
        ...numbers(['stream_warning', 'stream_critical', 'consumers_warning', 'consumers_critical'], -1),
        check_replicas: flag('check_replicas'),
        ...numbers(['replica_seen_critical', 'replica_lag_critical']),
      });
    case 'server': {
      const expiry = (key: string) => (p[key] ? parseDuration(string(key)) : 0n);
      return checkServer(world, verdict, {
        name: string('name'),
        ...numbers(['cpu_warning', 'cpu_critical', 'memory_warning', 'memory_critical', 'connections_warning']),
        ...numbers(['connections_critical', 'subscriptions_warning', 'subscriptions_critical']),
        ...numbers(['uptime_warning', 'uptime_critical']),
        authentication_required: flag('authentication_required'),
        tls_required: flag('tls_required'),
        jet_stream_required: flag('jet_stream_required'),
        tls_expire_warning: expiry('tls_expire_warning'),
        tls_expire_critical: expiry('tls_expire_critical'),
      });
    }
    case 'kv':
      return checkKv(world, verdict, {
        bucket: string('bucket'),
        key: string('key'),
        ...numbers(['values_warning', 'values_critical'], -1),
      });
    case 'credential':
      return checkCredential(world, verdict, {
        file: string('file'),
        ...numbers(['validity_warning', 'validity_critical']),
        requires_expiry: flag('requires_expiry'),
      });
    case 'request':
      return checkRequest(world, verdict, {
        subject: string('subject'),
        payload: string('payload'),
        header: headers('header'),
        headers: headers('headers'),
        response_match: string('response_match'),
        ...numbers(['response_time_warn', 'response_time_crit']),
      });
    default:
      verdict.critical(`unknown check kind ${kind}`);
  }
}
