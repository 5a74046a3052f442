/** The command line flags of nats-server as options, and how both join a configuration file. */

import type { LogOptions, MonitorOptions, Mutable, ServerOptions, TlsOptions } from '../options.ts';

/** Said of syslog options, in a file and on the command line. */
export const NO_SYSLOG = 'syslog is not part of this server; pipe its log to logger(1), or use -l FILE';

/** Flags by any of their names, with their values as read. Flags that were not given are absent. */
export type FlagRecord = Readonly<Record<string, string | number | boolean | undefined>>;

/** Options from flags; the configuration file to read, if one is named, is the caller's business. */
export interface FlagOptions {
  readonly options: ServerOptions;
  /** -c */
  readonly configFile: string;
  /** -t */
  readonly check: boolean;
  /** Flags that ask for what this server does not have, with the remedy. */
  readonly errors: readonly string[];
}

const ELSEWHERE: Record<string, string> = {
  js: 'JetStream is',
  jetstream: 'JetStream is',
  store_dir: 'JetStream is',
  sd: 'JetStream is',
  routes: 'routes between servers are',
  cluster: 'routes between servers are',
  cluster_listen: 'routes between servers are',
  cluster_name: 'routes between servers are',
  cluster_advertise: 'routes between servers are',
  no_advertise: 'routes between servers are',
  connect_retries: 'routes between servers are',
  profile: 'profiling is',
};

/** Reads flags. Sizes and durations are as the flags of nats-server have them. */
export function optionsFromFlags(flags: FlagRecord): FlagOptions {
  const out: Mutable<ServerOptions> = {};
  const log: Mutable<LogOptions> = {};
  const monitor: Mutable<MonitorOptions> = {};
  const errors: string[] = [];
  const first = (...names: string[]): string | number | boolean | undefined => {
    for (const n of names) if (flags[n] !== undefined) return flags[n];
    return undefined;
  };
  const text = (...names: string[]): string | undefined => {
    const v = first(...names);
    return v === undefined || v === '' ? undefined : String(v);
  };
  const number = (...names: string[]): number | undefined => {
    const v = first(...names);
    if (v === undefined || v === '') return undefined;
    const n = Number(v);
    if (!Number.isSafeInteger(n))
      errors.push(`invalid value ${JSON.stringify(v)} for flag --${names[0]}: no whole number`);
    return n === 0 ? undefined : n;
  };
  const portOf = (...names: string[]): number | undefined => {
    const n = number(...names);
    if (n !== undefined && n > 65535) errors.push(`invalid port ${n} for flag --${names[0]}`);
    return n;
  };
  const yes = (...names: string[]): boolean | undefined => {
    const v = first(...names);
    return v === undefined ? undefined : v === true || v === 'true';
  };
  const set = <K extends keyof ServerOptions>(key: K, value: ServerOptions[K] | undefined): void => {
    if (value !== undefined) out[key] = value as Mutable<ServerOptions>[K];
  };
  set('host', text('addr', 'a', 'net'));
  set('port', portOf('port', 'p'));
  set('name', text('name', 'n', 'server_name'));
  set('clientAdvertise', text('client_advertise'));
  set('maxTracedMessage', number('max_traced_msg_len'));
  set('pidFile', text('pid', 'P'));
  set('portsFileDir', text('ports_file_dir'));
  const user = text('user');
  const token = text('auth');
  if (user !== undefined || token !== undefined) {
    out.auth = {
      ...(user !== undefined ? { user, password: text('pass') ?? '' } : {}),
      ...(token !== undefined ? { token } : {}),
    };
  }
  const http = portOf('http_port', 'm');
  if (http !== undefined) monitor.port = http;
  const https = portOf('https_port', 'ms');
  if (https !== undefined) monitor.httpsPort = https;
  if (Object.keys(monitor).length > 0) out.monitor = monitor;

  const debug = yes('debug', 'D') ?? yes('DV') ?? yes('DVV');
  const trace = yes('trace', 'V') ?? yes('DV') ?? yes('VV') ?? yes('DVV');
  const verbose = yes('VV') ?? yes('DVV');
  if (debug !== undefined) log.debug = debug;
  if (trace !== undefined) log.trace = trace;
  if (verbose !== undefined) log.traceSystemAccount = verbose;
  const time = yes('logtime', 'T');
  if (time !== undefined) log.time = time;
  const utc = yes('logtime_utc');
  if (utc !== undefined) log.utc = utc;
  const file = text('log', 'l');
  if (file !== undefined) log.file = file;
  const limit = number('log_size_limit');
  if (limit !== undefined) log.sizeLimit = limit;
  if (Object.keys(log).length > 0) out.log = log;
  if (yes('syslog', 's') === true || text('remote_syslog', 'r') !== undefined) {
    errors.push(NO_SYSLOG);
  }

  const tls: Mutable<TlsOptions> = {};
  const cert = text('tlscert');
  const key = text('tlskey');
  const ca = text('tlscacert');
  if (cert !== undefined) tls.certFile = cert;
  if (key !== undefined) tls.keyFile = key;
  if (ca !== undefined) tls.caFile = ca;
  if (yes('tlsverify') === true) tls.verify = true;
  if (yes('tls') === true || Object.keys(tls).length > 0) {
    if (cert === undefined) errors.push('TLS server certificate must be present and not empty: give --tlscert FILE');
    if (key === undefined) errors.push('TLS server private key must be present and not empty: give --tlskey FILE');
    out.tls = tls;
  }
  for (const [name, what] of Object.entries(ELSEWHERE)) {
    const v = flags[name];
    if (v === undefined || v === false || v === '' || Number(v) === 0) continue;
    errors.push(`${what} not part of this server; use nats-server, or leave out --${name}`);
  }
  return { options: out, configFile: text('config', 'c') ?? '', check: yes('t') === true, errors };
}

/** A configuration with the command line on top: flags win, blocks are joined key by key. */
export function mergeOptions(file: ServerOptions, flags: ServerOptions): ServerOptions {
  const out: Mutable<ServerOptions> = { ...file, ...flags };
  for (const key of ['log', 'monitor', 'tls'] as const) {
    const joined = { ...file[key], ...flags[key] };
    if (Object.keys(joined).length > 0) (out as Record<string, unknown>)[key] = joined;
  }
  if (flags.auth !== undefined) out.auth = { ...file.auth, ...flags.auth };
  return out;
}
