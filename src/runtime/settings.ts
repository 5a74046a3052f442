// How to reach NATS: flags, then environment, then the context, then defaults, as the `nats` tool always did.
import type { ContextConfig } from '#client/context.ts';
import type { ConnectOptions } from '#client/types.ts';
import type { ConnectOverrides, Runtime } from './runtime.ts';

/** What a command needs to know of the connection beyond the connection itself. */
export interface Settings {
  readonly servers: readonly string[];
  readonly contextName: string;
  /** Nanoseconds. */
  readonly timeout: bigint;
  readonly jsDomain: string;
  readonly jsApiPrefix: string;
  readonly jsEventPrefix: string;
  readonly inboxPrefix: string;
  readonly colorScheme: string;
  readonly client: ConnectOptions;
}

const DEFAULT_URL = 'nats://127.0.0.1:4222';

function text(runtime: Runtime, name: string): string {
  const value = runtime.globals[name];
  return typeof value === 'string' ? value : '';
}

/** Settings of this command line; reads the context when there may be one. */
export async function loadSettings(runtime: Runtime, overrides: ConnectOverrides = {}): Promise<Settings> {
  const context = await chosenContext(runtime, overrides);
  const config = context?.config;
  const pick = (flag: string, key: keyof ContextConfig) => text(runtime, flag) || String(config?.[key] ?? '');
  const url = overrides.servers?.join(',') || pick('server', 'url') || DEFAULT_URL;
  const timeout = (runtime.globals['timeout'] as bigint | undefined) ?? 5_000_000_000n;
  return {
    servers: url
      .split(',')
      .map((u) => u.trim())
      .filter((u) => u !== ''),
    contextName: context?.name ?? '',
    timeout,
    jsDomain: text(runtime, 'js-domain') || pick('domain', 'jetstream_domain'),
    jsApiPrefix: pick('js-api-prefix', 'jetstream_api_prefix'),
    jsEventPrefix: pick('js-event-prefix', 'jetstream_event_prefix'),
    inboxPrefix: pick('inbox-prefix', 'inbox_prefix') || '_INBOX',
    colorScheme: pick('colors', 'color_scheme'),
    client: await clientOptions(runtime, pick, config, timeout, overrides),
  };
}

interface Chosen {
  readonly name: string;
  readonly config: ContextConfig;
}

async function chosenContext(runtime: Runtime, overrides: ConnectOverrides): Promise<Chosen | undefined> {
  if (runtime.globals['no-context'] === true && overrides.context === undefined) return undefined;
  const { contextStore } = await import('./contexts.ts');
  const store = await contextStore(runtime);
  const named = overrides.context ?? text(runtime, 'context');
  if (named !== '') return { name: named, config: await store.load(named) };
  const selected = await store.selected();
  return selected === undefined ? undefined : { name: selected, config: await store.load(selected) };
}

type Pick = (flag: string, key: keyof ContextConfig) => string;

async function clientOptions(
  runtime: Runtime,
  pick: Pick,
  config: ContextConfig | undefined,
  timeout: bigint,
  overrides: ConnectOverrides,
): Promise<ConnectOptions> {
  const options: ConnectOptions = {
    name: overrides.name ?? text(runtime, 'connection-name'),
    timeout: overrides.timeoutMs ?? Number(timeout / 1_000_000n),
    reconnect: overrides.noReconnect !== true,
  };
  const secret = async (location: string) => {
    const { resolveSecret } = await import('./contexts.ts');
    return resolveSecret(runtime, location);
  };
  const user = pick('user', 'user');
  const password = pick('password', 'password');
  const token = pick('token', 'token');
  const creds = pick('creds', 'creds');
  const nkey = pick('nkey', 'nkey');
  const jwt = pick('jwt', 'user_jwt');
  const seed = pick('seed', 'user_seed');
  if (user !== '' && password !== '') Object.assign(options, { user, password });
  else if (user !== '') options.token = user;
  if (token !== '') options.token = token;
  if (creds !== '') options.creds = () => secret(creds);
  else if (config?.nsc) options.creds = () => secret(config.nsc as string);
  if (nkey !== '') options.nkeySeed = () => secret(nkey);
  if (jwt !== '') options.jwt = () => secret(jwt);
  if (seed !== '') options.nkeySeed = () => secret(seed);
  const inbox = pick('inbox-prefix', 'inbox_prefix');
  if (inbox !== '') options.inboxPrefix = inbox;
  const proxy = pick('socks-proxy', 'socks_proxy');
  if (proxy !== '') options.socksProxy = proxy;
  const tls = tlsOptions(runtime, pick, config);
  if (tls) options.tls = tls;
  return { ...options, ...overrides.client };
}

function tlsOptions(runtime: Runtime, pick: Pick, config: ContextConfig | undefined) {
  const certFile = pick('tlscert', 'cert');
  const keyFile = pick('tlskey', 'key');
  const caFile = pick('tlsca', 'ca');
  const first = ['tlsfirst', 'tls-first'].some((f) => runtime.globals[f] === true) || config?.tls_first === true;
  if (certFile === '' && caFile === '' && !first) return undefined;
  return {
    ...(certFile ? { certFile } : {}),
    ...(keyFile ? { keyFile } : {}),
    ...(caFile ? { caFile } : {}),
    ...(first ? { first } : {}),
  };
}
