// How to reach NATS: flags, then environment, then the context, then defaults, as the `nats` tool always did.
import type { ContextConfig } from '#client/context.ts';
import type { ConnectOptions } from '#client/types.ts';
import { defaultServer, steadyClient } from './defaults.ts';
import { configRoot, expandPath } from './paths.ts';
import type { ConnectOverrides, Runtime } from './runtime.ts';

/** What a command needs to know of the connection beyond the connection itself. */
export interface Settings {
  readonly servers: readonly string[];
  /** Empty when no context is used. */
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

const DEFAULT_TIMEOUT = BigInt(steadyClient.timeout) * 1_000_000n;

/** Settings of this command line; reads the context when there is one. Throws `not-found` for a context that is not there. */
export async function loadSettings(runtime: Runtime, overrides: ConnectOverrides = {}): Promise<Settings> {
  const chosen = await chosenContext(runtime, overrides);
  return settingsFrom(runtime, overrides, chosen?.name ?? '', chosen?.config);
}

/** Settings with this context, whatever is selected. `config` undefined: none. */
export async function settingsFrom(
  runtime: Runtime,
  overrides: ConnectOverrides,
  contextName: string,
  config: ContextConfig | undefined,
): Promise<Settings> {
  const pick: Pick = (flag, key) => text(runtime, flag) || String(config?.[key] ?? '');
  // Only asked for when it was given: making the default costs more than knowing it.
  const given = runtime.globals.isSet('timeout') ? (runtime.globals['timeout'] as bigint) : undefined;
  const timeout = given ?? DEFAULT_TIMEOUT;
  const ms = overrides.timeoutMs ?? Math.max(1, Number(timeout / 1_000_000n));
  let url = overrides.servers?.join(',') || pick('server', 'url');
  let nscCreds = '';
  if (config?.nsc) {
    const { nscProfile } = await import('./contexts.ts');
    const profile = await nscProfile(runtime, config.nsc);
    url ||= profile.service;
    nscCreds = profile.creds;
  }
  return {
    servers: (url || defaultServer)
      .split(',')
      .map((u) => u.trim())
      .filter((u) => u !== ''),
    contextName,
    timeout,
    jsDomain: text(runtime, 'js-domain') || pick('domain', 'jetstream_domain'),
    jsApiPrefix: pick('js-api-prefix', 'jetstream_api_prefix'),
    jsEventPrefix: pick('js-event-prefix', 'jetstream_event_prefix'),
    inboxPrefix: pick('inbox-prefix', 'inbox_prefix') || '_INBOX',
    colorScheme: pick('colors', 'color_scheme'),
    client: {
      name: overrides.name ?? (text(runtime, 'connection-name').trim() || `NATS CLI Version ${runtime.version}`),
      ...steadyClient,
      timeout: ms,
      // A short --timeout is about answers and never keeps us from connecting; a long one is patience for both.
      connectTimeout:
        overrides.timeoutMs ??
        (given === undefined ? steadyClient.connectTimeout : Math.max(steadyClient.connectTimeout, ms)),
      reconnect: overrides.noReconnect !== true,
      ...login(runtime, pick, config, nscCreds),
      ...network(runtime, pick, config),
      ...overrides.client,
    },
  };
}

type Pick = (flag: string, key: keyof ContextConfig) => string;

function text(runtime: Runtime, name: string): string {
  const value = runtime.globals[name];
  return typeof value === 'string' ? value : '';
}

interface Chosen {
  readonly name: string;
  readonly config: ContextConfig | undefined;
}

async function chosenContext(runtime: Runtime, overrides: ConnectOverrides): Promise<Chosen | undefined> {
  if (runtime.globals['no-context'] === true && overrides.context === undefined) return undefined;
  const named = overrides.context ?? text(runtime, 'context');
  // Most machines have no context: find that out without loading what reads them.
  const selected = named || (await runtime.files.readText(`${configRoot(runtime)}/nats/context.txt`).catch(() => ''));
  const name = selected.trim();
  if (name === '') return undefined;
  const { contextStore } = await import('./contexts.ts');
  const store = await contextStore(runtime);
  try {
    return { name, config: (await store.load(name)).config };
  } catch (error) {
    return contextProblem(runtime, name, named !== '', error, () => store.select(undefined));
  }
}

/** A context that is not there ends the command; one that is broken and was asked for by name counts as empty. */
async function contextProblem(
  runtime: Runtime,
  name: string,
  named: boolean,
  error: unknown,
  unselect: () => Promise<void>,
): Promise<Chosen> {
  const { BoxError, fail } = await import('#base/errors.ts');
  if (!(error instanceof BoxError)) throw error;
  if (error.kind === 'not-found') {
    if (!named) {
      await unselect();
      const note = `The selected context ${JSON.stringify(name)} was not found, unselecting it\n`;
      (runtime.contract.as === 'text' ? runtime.out : runtime.err).line(note);
    }
    throw fail('not-found', 'context not found', { hint: '"nats context ls" shows the contexts there are' });
  }
  if (!named || error.kind !== 'error') throw error;
  runtime.log(`${error.message}, going on without it`);
  return { name, config: undefined };
}

/**
 * Who we are. The first of user, credentials, nkey and JWT that is set counts, wherever it is set; a token goes along.
 * A user without a password is a token. Secrets are read when the connection asks, so that rotated files count.
 */
function login(runtime: Runtime, pick: Pick, config: ContextConfig | undefined, nscCreds: string): ConnectOptions {
  const options: ConnectOptions = {};
  const file = (location: string) => () => import('./contexts.ts').then((m) => m.resolveSecret(runtime, location));
  const literal = (location: string) => () => import('./contexts.ts').then((m) => m.resolveLiteral(runtime, location));
  const asToken = text(runtime, 'user') !== '' && text(runtime, 'password') === '';
  const user = asToken ? (config?.user ?? '') : pick('user', 'user');
  const password = pick('password', 'password');
  const creds = pick('creds', 'creds') || nscCreds;
  const nkey = pick('nkey', 'nkey');
  const jwt = pick('jwt', 'user_jwt');
  const seed = pick('seed', 'user_seed');
  if (user !== '') {
    options.user = user;
    options.password = password;
    // Only a password with a scheme has to be looked up; that needs a word with the server first.
    if (/^\w+:/.test(password)) {
      delete options.user;
      delete options.password;
      options.auth = async () => ({ user, pass: await literal(password)() });
    }
  } else if (creds !== '') options.creds = file(creds);
  else if (nkey !== '') options.nkeySeed = file(nkey);
  else if (jwt !== '') {
    options.jwt = literal(jwt);
    if (seed !== '') options.nkeySeed = literal(seed);
  }
  const token = asToken ? text(runtime, 'user') : pick('token', 'token');
  if (token !== '') options.token = /^\w+:/.test(token) ? literal(token) : token;
  return options;
}

/** How we get there: TLS, proxy, inbox prefix. */
function network(runtime: Runtime, pick: Pick, config: ContextConfig | undefined): ConnectOptions {
  const options: ConnectOptions = {};
  const inbox = pick('inbox-prefix', 'inbox_prefix');
  if (inbox !== '') options.inboxPrefix = inbox;
  const proxy = pick('socks-proxy', 'socks_proxy');
  if (proxy !== '' && !/^(none|-)$/i.test(proxy)) options.socksProxy = proxy;
  // Certificates are files: no other scheme exists for them.
  const path = (flag: string, key: keyof ContextConfig) =>
    expandPath(runtime, pick(flag, key).replace(/^file:\/\//i, ''));
  const certFile = path('tlscert', 'cert');
  const keyFile = path('tlskey', 'key');
  const caFile = path('tlsca', 'ca');
  const first = ['tlsfirst', 'tls-first'].some((f) => runtime.globals[f] === true) || config?.tls_first === true;
  const cert = certFile !== '' && keyFile !== '';
  if (cert || caFile !== '' || first) {
    options.tls = {
      ...(cert ? { certFile, keyFile } : {}),
      ...(caFile === '' ? {} : { caFile }),
      ...(first ? { first } : {}),
    };
  }
  return options;
}
