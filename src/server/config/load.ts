/** From a configuration file to the options of a server, with everything that is wrong in it. */
import { isPublicKey } from '#crypto/nkeys.ts';
import type {
  LogOptions,
  MonitorOptions,
  Mutable,
  OperatorOptions,
  ResolverOptions,
  ServerOptions,
} from '../options.ts';
import { readAccounts, readMappings } from './accounts.ts';
import { checkOptions } from './check.ts';
import { parseConfig } from './grammar.ts';
import { logEntries } from './log.ts';
import {
  array,
  bool,
  duration,
  goDuration,
  int,
  listen,
  map,
  note,
  type Problem,
  type Problems,
  readEntries,
  text,
  texts,
  wrong,
} from './reader.ts';
import { ConfigError, type ConfigToken, type ConfigWorld } from './token.ts';
import { readTls, readWebSocket, refuseStapling } from './transport.ts';
import { readAuthorization } from './users.ts';

export interface LoadedConfig {
  readonly options: ServerOptions;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What is refused because it belongs to clusters, storage or other protocols, and what to do instead. */
const ELSEWHERE: Record<string, string> = {
  cluster: 'routes between servers',
  gateway: 'gateways',
  'leaf|leafnodes': 'leaf nodes',
  mqtt: 'MQTT',
  jetstream: 'JetStream',
};

/**
 * Reads a configuration text. `file` names it in errors; certificates, operator JWTs and includes are read through
 * `world`. Mistakes do not throw: they are all in `errors`, in the order found.
 */
export async function loadConfig(content: string, file: string, world: ConfigWorld): Promise<LoadedConfig> {
  const problems: Problems = { errors: [], warnings: [] };
  let root: Map<string, ConfigToken>;
  try {
    root = parseConfig(content, file, world);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { options: {}, errors: [error], warnings: [] };
  }
  const at: ConfigToken = { kind: 'map', value: root, file, line: 0, column: 0, used: false };
  if (root.size === 0) note(problems.warnings, at, 'config has no values or is empty');
  const options = readOptions(root, problems, world);
  if (file !== '') {
    const { configDigest } = await import('./digest.ts');
    options.configFile = file;
    options.configDigest = await configDigest(root);
  }
  if (problems.errors.length === 0)
    for (const message of await checkOptions(options)) note(problems.errors, at, message);
  return { options, ...problems };
}

function resolver(token: ConfigToken, problems: Problems): ResolverOptions {
  if (token.kind === 'string') {
    const value = text(token);
    if (/MEM|MEMORY/i.test(value)) return { type: 'memory' };
    const m = /URL(?:\(\s*"?([^\s"]*)"?\s*\))?/i.exec(value);
    if (m?.[1]) return { type: 'url', url: m[1] };
    throw wrong(token, 'the resolver is MEMORY, URL("address"), or a map with type and dir');
  }
  const out: Mutable<ResolverOptions> = { type: 'memory' };
  let type = '';
  readEntries(
    map(token),
    {
      dir: (t) => {
        out.dir = text(t);
      },
      type: (t) => {
        type = text(t).toUpperCase();
      },
      allow_delete: (t) => {
        out.allowDelete = bool(t);
      },
      hard_delete: (t) => {
        out.hardDelete = bool(t);
      },
      limit: (t) => {
        out.limit = int(t);
      },
      ttl: (t) => {
        out.ttl = goDuration(t);
      },
      interval: (t) => {
        out.interval = goDuration(t);
      },
      timeout: (t) => void goDuration(t),
    },
    { errors: [], warnings: problems.warnings },
  );
  if (type === 'MEM' || type === 'MEMORY') return out;
  if (type !== 'FULL' && type !== 'CACHE') {
    throw wrong(token, 'the resolver is MEMORY, URL("address"), or a map with type and dir');
  }
  out.type = type === 'FULL' ? 'full' : 'cache';
  if (!out.dir) throw wrong(token, 'dir has no value and needs to point to a directory');
  if (type === 'CACHE') {
    if (out.interval) throw wrong(token, 'CACHE does not accept sync');
    if (out.allowDelete) throw wrong(token, 'CACHE does not accept allow_delete');
    if (out.hardDelete !== undefined) throw wrong(token, 'CACHE does not accept hard_delete');
  } else {
    if (out.ttl) throw wrong(token, 'FULL does not accept ttl');
    if (out.hardDelete !== undefined && !out.allowDelete)
      throw wrong(token, 'hard_delete has no effect without delete');
  }
  return out;
}

/** An operator JWT given by its text or by the file that holds it. */
function operatorJwt(token: ConfigToken, value: string, world: ConfigWorld): string {
  if (value.startsWith('ey') && value.split('.').length === 3) return value;
  let content: string;
  try {
    content = world.readFile(value);
  } catch (error) {
    throw wrong(token, `error parsing operator JWT: ${error instanceof Error ? error.message : error}`);
  }
  const found = /ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/.exec(content);
  if (found === null) throw wrong(token, `error parsing operator JWT: ${value} holds none`);
  return found[0];
}

function readOptions(root: Map<string, ConfigToken>, problems: Problems, world: ConfigWorld): Mutable<ServerOptions> {
  const out: Mutable<ServerOptions> = {};
  const log: Mutable<LogOptions> = {};
  const monitor: Mutable<MonitorOptions> = {};
  const operator: Mutable<OperatorOptions> = {};
  const size = (t: ConfigToken, key: string): number => {
    const n = int(t);
    if (n > 2147483647) throw wrong(t, `${key} value is too big`);
    return n;
  };
  const elsewhere = Object.fromEntries(
    Object.entries(ELSEWHERE).map(([keys, what]) => [
      keys,
      (t: ConfigToken) => {
        // Switched off is as good as absent.
        if (t.kind === 'bool' && t.value === false) return;
        if (t.kind === 'string' && /^disabled?$/i.test(t.value as string)) return;
        throw wrong(
          t,
          `${what} are not part of this server: use nats-server for them, or remove this block`.replace(
            /^(MQTT|JetStream) are(.*)them,/,
            '$1 is$2it,',
          ),
        );
      },
    ]),
  );
  readEntries(
    root,
    {
      ...elsewhere,
      listen: (t) => {
        const at = listen(t);
        out.host = at.host;
        out.port = at.port;
      },
      client_advertise: (t) => {
        out.clientAdvertise = text(t);
      },
      port: (t) => {
        out.port = int(t);
      },
      server_name: (t) => {
        out.name = text(t);
        if (out.name.includes(' ')) throw wrong(t, 'server name cannot contain spaces');
      },
      'host|net': (t) => {
        out.host = text(t);
      },
      ...logEntries(log, out),
      'mappings|maps': (t) => {
        out.mappings = readMappings(t, problems);
      },
      accounts: (t) => {
        out.accounts = readAccounts(t, problems);
      },
      default_sentinel: (t) => {
        operator.defaultSentinel = text(t);
      },
      authorization: (t) => {
        const made = readAuthorization(t, problems);
        out.auth = made.auth;
        if (made.timeout > 0) out.authTimeout = made.timeout;
      },
      http: (t) => {
        const at = listen(t);
        if (at.host !== '') monitor.host = at.host;
        monitor.port = at.port;
      },
      https: (t) => {
        const at = listen(t);
        if (at.host !== '') monitor.host = at.host;
        monitor.httpsPort = at.port;
      },
      'http_port|monitor_port': (t) => {
        monitor.port = int(t);
      },
      https_port: (t) => {
        monitor.httpsPort = int(t);
      },
      http_base_path: (t) => {
        monitor.basePath = text(t);
      },
      'pidfile|pid_file': (t) => {
        out.pidFile = text(t);
      },
      ports_file_dir: (t) => {
        out.portsFileDir = text(t);
      },
      max_control_line: (t, key) => {
        out.maxControlLine = size(t, key);
      },
      max_payload: (t, key) => {
        out.maxPayload = size(t, key);
      },
      max_pending: (t) => {
        out.maxPending = int(t);
      },
      proxy_protocol: (t) => {
        out.proxyProtocol = bool(t);
      },
      'max_connections|max_conn': (t) => {
        out.maxConnections = int(t) || -1;
      },
      max_traced_msg_len: (t) => {
        out.maxTracedMessage = int(t);
      },
      'max_subscriptions|max_subs': (t) => {
        out.maxSubs = int(t);
      },
      'max_sub_tokens|max_subscription_tokens': (t, key) => {
        const n = int(t);
        if (n > 255) throw wrong(t, `${key} value is too big`);
        if (n <= 0) throw wrong(t, `${key} value can not be negative`);
        out.maxSubTokens = n;
      },
      ping_interval: (t) => {
        out.pingInterval = duration(t, 'ping_interval', problems);
      },
      ping_max: (t) => {
        out.maxPingsOut = int(t);
      },
      tls: (t) => {
        out.tls = readTls(t, problems);
      },
      allow_non_tls: (t) => {
        out.allowNonTls = bool(t);
      },
      write_deadline: (t) => {
        out.writeDeadline = duration(t, 'write_deadline', problems);
      },
      write_timeout: (t) => {
        if (!['default', 'close', 'retry'].includes(text(t))) {
          throw wrong(t, "write_timeout must be 'default', 'close' or 'retry'");
        }
      },
      lame_duck_duration: (t) => {
        out.lameDuckDuration = goDuration(t);
        if (out.lameDuckDuration < 30_000) {
          throw wrong(t, `invalid lame_duck_duration of ${t.value}, minimum is 30 seconds`);
        }
      },
      lame_duck_grace_period: (t) => {
        out.lameDuckGracePeriod = goDuration(t);
        if (out.lameDuckGracePeriod < 0) throw wrong(t, 'invalid lame_duck_grace_period, needs to be positive');
      },
      'operator|operators|roots|root|root_operators|root_operator': (t) => {
        operator.operators = texts(t).map((v) => operatorJwt(t, v, world));
      },
      'resolver|account_resolver|accounts_resolver': (t) => {
        operator.resolver = resolver(t, problems);
      },
      resolver_tls: (t) => void readTls(t, problems),
      resolver_preload: (t) => {
        operator.preload = Object.fromEntries([...map(t)].map(([k, v]) => [k, text(v)]));
      },
      resolver_pinned_accounts: (t) => {
        operator.pinnedAccounts = texts(t);
      },
      no_auth_user: (t) => {
        out.noAuthUser = text(t);
      },
      'system_account|system': (t) => {
        out.systemAccount = text(t);
      },
      'no_system_account|no_system|no_sys_acc': (t) => {
        out.noSystemAccount = bool(t);
      },
      no_header_support: (t) => {
        out.noHeaders = bool(t);
      },
      'trusted|trusted_keys': (t) => {
        operator.trustedKeys = texts(t);
        for (const key of operator.trustedKeys) {
          if (!isPublicKey(key, 'operator'))
            throw wrong(t, `not the public key of an operator: ${JSON.stringify(key)}`);
        }
      },
      'websocket|ws': (t) => {
        out.websocket = readWebSocket(t, problems);
      },
      server_tags: (t) => {
        out.tags = texts(t);
      },
      server_metadata: (t) => {
        out.metadata = Object.fromEntries([...map(t)].map(([k, v]) => [k, text(v)]));
      },
      feature_flags: (t) => {
        for (const v of map(t).values()) bool(v);
      },
      default_js_domain: (t) => {
        for (const v of map(t).values()) text(v);
      },
      max_closed_clients: (t) => {
        out.maxClosedClients = int(t);
      },
      proxies: (t) => {
        const keys: string[] = [];
        readEntries(
          map(t),
          {
            trusted: (list) => {
              for (const one of array(list)) {
                readEntries(
                  map(one),
                  {
                    'key|public_key': (k) => {
                      const key = text(k);
                      if (!isPublicKey(key)) throw wrong(k, `not a public key: ${JSON.stringify(key)}`);
                      keys.push(key);
                    },
                  },
                  problems,
                );
              }
            },
          },
          problems,
        );
        out.trustedProxies = keys;
      },
      'disable_sublist_cache|no_sublist_cache|no_fast_producer_stall': (t) => void bool(t),
      'store_dir|storedir': (t) => void text(t),
      'prof_port|prof_block_rate|connect_error_reports|reconnect_error_reports': (t) => void int(t),
      ocsp: refuseStapling,
      ocsp_cache: (t) => void (t.kind === 'map' || bool(t)),
    },
    problems,
  );
  if (Object.keys(log).length > 0) out.log = log;
  if (Object.keys(monitor).length > 0) out.monitor = monitor;
  if (Object.keys(operator).length > 0) out.operator = operator;
  return out;
}
