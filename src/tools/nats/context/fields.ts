// A context as data, and the flags that make one.
import { BoxError, fail } from '#base/errors.ts';
import { arr, bool, nullable, obj, type Schema, str } from '#cli/schema.ts';
import { type ContextConfig, type ContextFile, type ContextStore, emptyContext } from '#client/context.ts';
import { nscProfile, resolveSecret, secretScheme } from '#runtime/contexts.ts';
import type { Runtime } from '#runtime/runtime.ts';

const texts = Object.fromEntries(
  Object.entries(emptyContext())
    .filter(([, value]) => typeof value === 'string')
    .map(([key]) => [key, str]),
);

/** The shape `context info --json` prints. */
export const contextSchema: Schema = obj({
  name: str,
  ...texts,
  tls_first: bool,
  windows_ca_certs_match: nullable(arr(str)),
});

export type ContextData = { readonly name: string } & ContextConfig;

/** A context as data: name first, then the settings in the order of the file, then what we do not know. */
export function contextData(name: string, file: ContextFile): ContextData {
  return { name, ...withServer(file.config), ...file.unknown };
}

/** The context with the server that is used when it names none. */
export function withServer(config: ContextConfig): ContextConfig {
  return config.url === '' && config.nsc === '' ? { ...config, url: 'nats://127.0.0.1:4222' } : config;
}

/** Variables that win over a context, as far as the original tells of them. */
const overriding = ['URL', 'USER', 'PASSWORD', 'CREDS', 'NKEY', 'CERT', 'KEY', 'CA', 'TIMEOUT', 'SOCKS_PROXY', 'COLOR'];

/** The variables that are set and win over every context. */
export function overridesInPlace(runtime: Runtime): string[] {
  return overriding.map((name) => `NATS_${name}`).filter((name) => (runtime.env(name) ?? '') !== '');
}

const flagOf: readonly (readonly [keyof ContextConfig, string])[] = [
  ['url', 'server'],
  ['creds', 'creds'],
  ['nkey', 'nkey'],
  ['user_jwt', 'jwt'],
  ['user_seed', 'seed'],
  ['cert', 'tlscert'],
  ['key', 'tlskey'],
  ['ca', 'tlsca'],
  ['socks_proxy', 'socks-proxy'],
  ['jetstream_api_prefix', 'js-api-prefix'],
  ['jetstream_event_prefix', 'js-event-prefix'],
  ['jetstream_domain', 'js-domain'],
  ['inbox_prefix', 'inbox-prefix'],
  ['color_scheme', 'colors'],
];

/** Puts what the connection flags say into a context. A user without a password is a token, as it is when connecting. */
export function applyFlags(runtime: Runtime, config: ContextConfig, description: string | undefined): ContextConfig {
  const changed: ContextConfig = { ...config };
  const flag = (name: string) => {
    const value = runtime.globals[name];
    return typeof value === 'string' ? value : '';
  };
  for (const [key, name] of flagOf) if (flag(name) !== '') Object.assign(changed, { [key]: flag(name) });
  if (flag('js-domain') === '' && flag('domain') !== '') changed.jetstream_domain = flag('domain');
  const user = flag('user');
  const password = flag('password');
  if (user !== '' && password === '') changed.token = user;
  else if (user !== '') changed.user = user;
  if (password !== '') changed.password = password;
  if (description) changed.description = description;
  if (runtime.globals['tlsfirst'] === true || runtime.globals['tls-first'] === true) changed.tls_first = true;
  if (/^(none|-)$/i.test(changed.socks_proxy)) changed.socks_proxy = '';
  return withServer(changed);
}

/** Moves the old `nsc` setting to `creds`, where all locations are now. */
async function withoutNsc(runtime: Runtime, config: ContextConfig): Promise<ContextConfig> {
  if (config.nsc === '') return config;
  const path = config.nsc.replace(/^nsc:\/\//i, '');
  const url = config.url || (config.creds === '' ? (await nscProfile(runtime, path)).service : '');
  return { ...config, nsc: '', creds: config.creds || `nsc://${path}`, url };
}

/** Puts the contents of credential files in place of their paths. */
export async function embedSecrets(runtime: Runtime, config: ContextConfig): Promise<ContextConfig> {
  const embedded: ContextConfig = { ...config };
  for (const key of ['creds', 'nkey', 'user_jwt', 'user_seed'] as const) {
    const scheme = secretScheme(config[key]);
    if (config[key] === '' || (scheme !== 'path' && scheme !== 'file')) continue;
    const text = await resolveSecret(runtime, config[key]).catch((error: unknown) => {
      throw error instanceof BoxError ? fail(error.kind, error.message.replace(/^nats: /, ''), error.facts) : error;
    });
    embedded[key] = `data:;base64,${Buffer.from(text, 'utf8').toString('base64')}`;
  }
  return embedded;
}

/** Checks a context and writes it. Throws `usage` for settings that contradict each other. */
export async function saveContext(
  runtime: Runtime,
  store: ContextStore,
  name: string,
  file: ContextFile,
): Promise<ContextFile> {
  const config = await withoutNsc(runtime, file.config);
  const logins = [config.user, config.creds, config.nkey, config.user_jwt].filter((value) => value !== '');
  if (logins.length > 1) {
    throw fail('usage', "too many types of credentials. Choose only one from 'user/token', 'creds', 'nkey', 'nsc'", {
      hint: `"nats context edit ${name}" takes the others out`,
    });
  }
  if (config.windows_cert_store !== '' && config.windows_cert_match === '') {
    throw fail('usage', 'windows certificate store requires a matcher');
  }
  const saved: ContextFile = { config, unknown: file.unknown };
  if (!runtime.contract.plan) await store.save(name, saved);
  return saved;
}
