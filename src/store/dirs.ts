import { fail } from '#base/errors.ts';
import { isAbsolute, join, normalize } from '#base/path.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** Where this call reads and writes. Absolute paths. */
export interface Dirs {
  /** Holds nsc.json. */
  readonly config: string;
  /** Holds the operators; nsc.json may name another one unless `storesGiven`. */
  readonly stores: string;
  readonly storesGiven: boolean;
  /** Holds keys/ and creds/. */
  readonly keys: string;
}

/** A path as a user gives it, made absolute: `~` is the home directory, relative ones start at the cwd. */
export function expandPath(runtime: Runtime, path: string): string {
  let full = path;
  if (/^~($|[/\\])/.test(path)) full = join(runtime.files.home, path.slice(1));
  else if (path.startsWith('~')) throw fail('usage', `cannot expand user-specific home dir in ${JSON.stringify(path)}`);
  const absolute = isAbsolute(full) ? normalize(full) : join(runtime.files.cwd, full);
  return absolute.length > 1 ? absolute.replace(/[/\\]+$/, '') : absolute;
}

/** A path for messages: `~` for the home directory. */
export function shortPath(runtime: Runtime, path: string): string {
  const { home } = runtime.files;
  if (home === '' || home === '/' || !path.startsWith(home)) return path;
  const rest = path.slice(home.length);
  return rest === '' || rest.startsWith('/') || rest.startsWith('\\') ? `~${rest}` : path;
}

/** `path` between backticks, as messages quote files. */
export function quotedPath(runtime: Runtime, path: string): string {
  return `\`${shortPath(runtime, path)}\``;
}

function xdg(runtime: Runtime, name: string, fallback: readonly string[]): string {
  const value = runtime.env(name);
  return value ? value : join(runtime.files.home, ...fallback);
}

/** Where configuration of the nats tool and of nsc lives. */
export function natsConfigDir(runtime: Runtime): string {
  return join(xdg(runtime, 'XDG_CONFIG_HOME', ['.config']), 'nats');
}

async function defaultConfigDir(runtime: Runtime): Promise<string> {
  const dir = join(natsConfigDir(runtime), 'nsc');
  const old = join(runtime.files.home, '.nsc');
  if (!(await runtime.files.exists(join(dir, 'nsc.json'))) && (await runtime.files.exists(join(old, 'nsc.json'))))
    return old;
  return dir;
}

/** The default place of `stores` or `keys`: an old one is used only while the new one does not exist. */
export async function defaultDataDir(runtime: Runtime, what: 'stores' | 'keys'): Promise<string> {
  const dir = join(xdg(runtime, 'XDG_DATA_HOME', ['.local', 'share']), 'nats', 'nsc', what);
  const old = what === 'keys' ? join(runtime.files.home, '.nkeys') : join(runtime.files.home, '.nsc', 'nats');
  if (!(await runtime.files.exists(dir)) && (await runtime.files.exists(old))) return old;
  return dir;
}

/** The directories of this call, from flags, then the environment, then the defaults. */
export async function resolveDirs(runtime: Runtime): Promise<Dirs> {
  const flag = (name: string) => (runtime.globals[name] as string | undefined) || undefined;
  const all = flag('all-dirs');
  const config = all ?? flag('config-dir') ?? (runtime.env('NSC_HOME') || undefined);
  const stores = all ?? flag('data-dir');
  const keys = all ?? flag('keystore-dir') ?? (runtime.env('NKEYS_PATH') || undefined);
  return {
    config: config === undefined ? await defaultConfigDir(runtime) : expandPath(runtime, config),
    stores: stores === undefined ? await defaultDataDir(runtime, 'stores') : expandPath(runtime, stores),
    storesGiven: stores !== undefined,
    keys: keys === undefined ? await defaultDataDir(runtime, 'keys') : expandPath(runtime, keys),
  };
}
