// What add and copy share: a context from flags, on top of another one.
import { fail, messageOf } from '#base/errors.ts';
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import { type ContextConfig, type ContextFile, emptyContext } from '#client/context.ts';
import { contextStore, resolveSecret, secretScheme } from '#runtime/contexts.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { showContext } from './common.ts';

export const saveFlags = {
  description: { type: 'string', help: 'What the context is for' },
  select: { type: 'bool', help: 'Make it the selected context' },
  embed: { type: 'bool', help: 'Put what credential files hold into the context itself' },
} as const satisfies FlagSpecs;

const plain = [
  ['server', 'url'],
  ['user', 'user'],
  ['password', 'password'],
  ['creds', 'creds'],
  ['nkey', 'nkey'],
  ['jwt', 'user_jwt'],
  ['seed', 'user_seed'],
  ['tlscert', 'cert'],
  ['tlskey', 'key'],
  ['tlsca', 'ca'],
  ['socks-proxy', 'socks_proxy'],
  ['js-api-prefix', 'jetstream_api_prefix'],
  ['js-event-prefix', 'jetstream_event_prefix'],
  ['js-domain', 'jetstream_domain'],
  ['inbox-prefix', 'inbox_prefix'],
  ['colors', 'color_scheme'],
] as const satisfies readonly (readonly [string, keyof ContextConfig])[];

/** A configuration with everything the flags and the environment say put over it. */
export function withFlags(
  base: ContextConfig,
  globals: Runtime['globals'],
  description: string | undefined,
): ContextConfig {
  const out: Record<string, unknown> = { ...base };
  for (const [flag, key] of plain) {
    const value = globals[flag];
    if (typeof value === 'string' && value !== '') out[key] = value;
  }
  // A user without a password is a token, as it is when connecting.
  if (globals['user'] && !globals['password']) {
    out['token'] = globals['user'];
    out['user'] = base.user;
  }
  if (globals['tlsfirst'] === true || globals['tls-first'] === true) out['tls_first'] = true;
  if (description) out['description'] = description;
  return out as unknown as ContextConfig;
}

/** Saves `base` with the flags under a name, selects and shows it. */
export async function saveContext(
  runtime: Runtime,
  name: string,
  base: ContextFile | undefined,
  flags: ValuesOf<typeof saveFlags>,
): Promise<void> {
  const store = await contextStore(runtime);
  let config = withFlags(base?.config ?? emptyContext(), runtime.globals, flags.description);
  if (flags.embed) config = await embed(runtime, config);
  if (runtime.contract.plan) {
    const data = { name, ...config };
    return runtime.show({ data, text: () => `would save context ${JSON.stringify(name)} to ${store.path(name)}\n` });
  }
  await store.save(name, { config, unknown: base?.unknown ?? {} });
  if (flags.select) await store.select(name);
  await showContext(runtime, store, name, { connect: flags.select });
}

async function embed(runtime: Runtime, config: ContextConfig): Promise<ContextConfig> {
  const out: Record<string, unknown> = { ...config };
  for (const key of ['creds', 'nkey', 'user_jwt', 'user_seed'] as const) {
    const location = config[key];
    const scheme = secretScheme(location);
    if (location === '' || scheme === 'data' || scheme === 'op' || scheme === 'env') continue;
    const text = await resolveSecret(runtime, location).catch((error: unknown) => {
      throw fail('usage', `could not embed ${key}: ${messageOf(error)}`);
    });
    out[key] = `data:;base64,${Buffer.from(text).toString('base64')}`;
  }
  return out as unknown as ContextConfig;
}
